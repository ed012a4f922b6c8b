import Reconcile
import Synchronization

/// Shows a run's progress while it lasts: redrawn on a terminal, a line each elsewhere, events in NDJSON.
final class ProgressObserver: RunObserver {
  private let display: Mutex<ProgressDisplay>
  private let run: CommandRun
  private let isDrawn: Bool
  private let isWritten: Bool

  init(_ display: ProgressDisplay, _ run: CommandRun) {
    self.display = Mutex(display)
    self.run = run
    isDrawn = run.console.isErrorTerminal && run.output.format != .ndjson
    isWritten = run.output.logLevel <= .info
  }

  func started(_ account: AccountID) {
    guard isWritten, run.output.format != .ndjson else { return }
    let now = run.surroundings.clock.now
    let isDrawn = isDrawn
    write(display.withLock { isDrawn ? $0.began(account, at: now) : $0.lineForBegin(account) })
  }

  func ended(_ outcome: Outcome) {
    let entry = ReportDocument.OutcomeEntry(outcome)
    run.output.event(.outcome(entry, at: run.output.now(), run: run.output.runID))
    guard isWritten, run.output.format != .ndjson else { return }
    let now = run.surroundings.clock.now
    let isDrawn = isDrawn
    write(display.withLock { isDrawn ? $0.ended(entry, at: now) : $0.lineForEnd(entry) })
  }

  /// Takes what is drawn off the screen.
  func finish() {
    guard isDrawn else { return }
    write(display.withLock { $0.clear() })
  }

  private func write(_ text: String) {
    if !text.isEmpty { run.console.writeError(text) }
  }
}
