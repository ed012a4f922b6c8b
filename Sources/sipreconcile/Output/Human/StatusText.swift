import Agent
import Reconcile

/// Renders a status document as a table for people.
struct StatusText {
  private let document: StatusDocument
  private let palette: Palette

  init(_ document: StatusDocument, palette: Palette) {
    self.document = document
    self.palette = palette
  }

  private static let heads = ["ACCOUNT", "STATE", "EXPIRES", "NEXT", "LAST", "CONTACT"]

  func lines() -> [String] {
    guard !document.accounts.isEmpty else { return ["\(document.owner): no accounts.", footer] }
    let rows = document.accounts.map(cells)
    let widths = StatusText.heads.indices.map { column in
      Columns.width([StatusText.heads[column]] + rows.map { $0[column] }, limit: 48)
    }
    var lines = [palette.paint(line(StatusText.heads, widths), .dim)]
    for (account, row) in zip(document.accounts, rows) {
      lines.append(painted(line(row, widths), account))
      lines += remarks(account).map { "  " + palette.paint($0, .yellow) }
    }
    return lines + ["", footer]
  }

  private func cells(_ account: AccountStatus) -> [String] {
    [
      account.account.name, account.state.rawValue, account.expiresAt ?? "-", account.nextRefreshAt ?? "-",
      last(account), TerminalText.escape(account.contact ?? "-"),
    ]
  }

  private func last(_ account: AccountStatus) -> String {
    guard let code = account.lastCode else { return "-" }
    return TerminalText.escape("\(code) \(account.lastReason ?? "")")
  }

  /// What a person must know beyond the row: each condition that is not as it should be.
  private func remarks(_ account: AccountStatus) -> [String] {
    account.conditions.compactMap { condition in
      let isNews =
        switch condition.type {
        case .ready: condition.status == .no && account.state != .cleared
        case .reconciling, .stalled, .blocked, .suspended: condition.status == .yes
        }
      guard isNews, !condition.message.isEmpty else { return nil }
      return "\(condition.type.rawValue.lowercased()): " + TerminalText.escape(condition.message)
    }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).map { Columns.pad($0, to: $1) }.joined(separator: "  ")
    return String(padded.reversed().drop { $0 == " " }.reversed())
  }

  private func painted(_ line: String, _ account: AccountStatus) -> String {
    switch account.state {
    case .failed: palette.paint(line, .red)
    case .none, .progress, .ok, .refreshing, .cleared: line
    }
  }

  private var footer: String {
    guard let agent = document.agent else {
      return "No agent runs; this is what our state of \(document.at) says."
    }
    var text = "Agent \(agent.pid) on \(agent.host), since \(agent.startedAt)."
    if !agent.manifestAccepted { text += " The files are not valid: an earlier reading is in force." }
    if let failure = agent.stateFailure { text += " The state cannot be written: \(failure)." }
    for refusal in agent.refusals { text += " Refused: \(refusal)." }
    return text
  }
}
