import Agent
import Reconcile
import SIP
import Synchronization

/// Shows a run's progress while it lasts: redrawn on a terminal, a line each elsewhere, events in NDJSON.
///
/// What one turn of the run tells is written with one call, at the turn's end: a run of many thousands is not
/// slowed down by its output, and nothing is held back either.
final class ProgressObserver: RunObserver {
  private struct State {
    var display: ProgressDisplay
    /// For people, not written yet.
    var text = ""
    /// NDJSON, not written yet.
    var events = ""
    /// When it was said last of a server that accounts wait for it.
    var toldHeld: [String: SIP.Instant] = [:]
  }

  private let state: Mutex<State>
  private let run: CommandRun
  private let isDrawn: Bool
  private let isWritten: Bool
  private let tellsEvents: Bool

  init(_ display: ProgressDisplay, _ run: CommandRun) {
    state = Mutex(State(display: display))
    self.run = run
    tellsEvents = run.output.format == .ndjson
    isDrawn = run.console.isErrorTerminal && !tellsEvents
    isWritten = run.output.logLevel <= .info && !tellsEvents
  }

  func started(_ account: AccountID) {
    guard isWritten else { return }
    let now = isDrawn ? run.surroundings.clock.now : nil
    state.withLock { state in
      state.text += now.map { state.display.began(account, at: $0) } ?? state.display.lineForBegin(account)
    }
  }

  func ended(_ outcome: Outcome) {
    guard isWritten || tellsEvents else { return }
    ended(ReportDocument.OutcomeEntry(outcome))
  }

  func ended(_ entry: ReportDocument.OutcomeEntry) {
    guard isWritten || tellsEvents else { return }
    if tellsEvents { return tell(entry) }
    let now = isDrawn ? run.surroundings.clock.now : nil
    state.withLock { state in
      state.text += now.map { state.display.ended(entry, at: $0) } ?? state.display.lineForEnd(entry)
    }
  }

  /// Says of each server now and then how many accounts wait for it.
  func held(_ accounts: [HeldAccount]) {
    let now = run.surroundings.clock.now
    for (server, held) in Dictionary(grouping: accounts, by: \.server).sorted(by: { $0.key < $1.key }) {
      let isDue = state.withLock { state in
        if let last = state.toldHeld[server], now - last < .seconds(30) { return false }
        state.toldHeld[server] = now
        return true
      }
      let verb = held.count == 1 ? "waits" : "wait"
      let text = "\(held[0].reason): \(Columns.count(held.count, "account", "accounts")) \(verb) for a turn"
      if isDue { tell(text) }
    }
  }

  private func tell(_ text: String) {
    guard !tellsEvents else { return run.output.note(.info, text) }
    guard isWritten else { return }
    let line = ShownText.escape(text)
    let now = isDrawn ? run.surroundings.clock.now : nil
    state.withLock { state in
      state.text += now.map { state.display.told(line, at: $0) } ?? line + "\n"
    }
  }

  private func tell(_ entry: ReportDocument.OutcomeEntry) {
    let output = run.output
    guard let line = output.line(of: .outcome(entry, at: output.now(), run: output.runID)) else { return }
    state.withLock { $0.events += line + "\n" }
  }

  func turnEnded() {
    let (text, events) = state.withLock { state in
      defer { (state.text, state.events) = ("", "") }
      return (state.text, state.events)
    }
    if !text.isEmpty { run.console.writeError(text) }
    if !events.isEmpty { run.console.writeOutput(events) }
  }

  /// Writes what is left, and takes what is drawn off the screen.
  func finish() {
    turnEnded()
    guard isDrawn else { return }
    let text = state.withLock { $0.display.clear() }
    if !text.isEmpty { run.console.writeError(text) }
  }
}
