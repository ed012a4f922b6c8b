import Agent
import Reconcile
import SIP

/// What a terminal shows while changes are carried out: a line for each account being worked on, and a bar
/// where there are more than 20.
///
/// Every input gives the text to write. Redraws are at most one in `interval`, so that a run of many
/// thousands is not slowed down by its own display.
struct ProgressDisplay: Sendable {
  static let interval = Duration.milliseconds(80)
  /// Accounts shown at once.
  static let rows = 8
  /// From this number of changes on there is a bar.
  static let barThreshold = 20

  private let total: Int
  private let columns: Int
  private let palette: Palette
  private let actions: [AccountID: Change.Action]
  private var working: [AccountID] = []
  private var done = 0
  private var failed = 0
  /// Lines that end above what is drawn, still to be written.
  private var pending = ""
  private var drawn = 0
  private var lastDraw: SIP.Instant?

  init(changes: [Change], columns: Int, palette: Palette) {
    self.init(changes.map { ($0.account, $0.action) }, columns: columns, palette: palette)
  }

  init(of plan: PlanDocument, columns: Int, palette: Palette) {
    self.init(plan.changes.map { (AccountID($0.account), $0.action) }, columns: columns, palette: palette)
  }

  private init(_ changes: [(AccountID, Change.Action)], columns: Int, palette: Palette) {
    total = changes.count
    self.columns = max(20, columns)
    self.palette = palette
    actions = Dictionary(changes) { first, _ in first }
  }

  mutating func began(_ account: AccountID, at now: SIP.Instant) -> String {
    working.append(account)
    return draw(at: now)
  }

  mutating func ended(_ outcome: ReportDocument.OutcomeEntry, at now: SIP.Instant) -> String {
    count(outcome)
    if let position = working.firstIndex(of: AccountID(outcome.account)) { working.remove(at: position) }
    if total <= Self.barThreshold || outcome.outcome != .done {
      pending += OutcomeText.line(outcome, palette: palette) + "\n"
    }
    return draw(at: now)
  }

  /// A line that stays, above what is drawn.
  mutating func told(_ line: String, at now: SIP.Instant) -> String {
    pending += line + "\n"
    lastDraw = nil
    return draw(at: now)
  }

  /// Removes what is drawn, and writes what was held back.
  mutating func clear() -> String {
    let text = erase() + pending
    pending = ""
    drawn = 0
    return text
  }

  /// A plain line for a change that begins, where nothing can be redrawn.
  func lineForBegin(_ account: AccountID) -> String {
    ShownText.escape(account.name) + ": " + (actions[account]?.rawValue ?? "working") + " …\n"
  }

  /// A plain line for a change that ended, where nothing can be redrawn.
  mutating func lineForEnd(_ outcome: ReportDocument.OutcomeEntry) -> String {
    count(outcome)
    return OutcomeText.line(outcome, palette: palette) + "\n"
  }

  private mutating func count(_ outcome: ReportDocument.OutcomeEntry) {
    if outcome.outcome == .done { done += 1 } else { failed += 1 }
  }

  private mutating func draw(at now: SIP.Instant) -> String {
    if let lastDraw, now - lastDraw < Self.interval { return "" }
    lastDraw = now
    var lines = working.prefix(Self.rows).map { account in
      cut("  … \(ShownText.escape(account.name)): \(actions[account]?.rawValue ?? "working")")
    }
    if working.count > Self.rows { lines.append("  … and \(working.count - Self.rows) more") }
    if total > Self.barThreshold { lines.append(bar()) }
    let text = erase() + pending + lines.map { palette.paint($0, .dim) + "\n" }.joined()
    pending = ""
    drawn = lines.count
    return text
  }

  /// Up to the first drawn line, and away with all below.
  private func erase() -> String { drawn == 0 ? "" : "\u{1B}[\(drawn)F\u{1B}[J" }

  private func bar() -> String {
    let width = min(40, columns - 30)
    let ended = done + failed
    let filled = total == 0 ? width : width * ended / total
    let text =
      String(repeating: "█", count: max(0, filled)) + String(repeating: "░", count: max(0, width - filled))
    let failures = failed == 0 ? "" : ", \(failed) not done"
    return "  \(text) \(ended)/\(total)\(failures)"
  }

  private func cut(_ text: String) -> String {
    text.count <= columns - 1 ? text : text.prefix(columns - 2) + "…"
  }
}
