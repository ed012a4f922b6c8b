import Agent
import Reconcile
import SIP

/// How accounts stand, for people: a table, and a line below each account that needs attention.
struct StatusText {
  let document: StatusDocument
  let palette: Palette

  init(_ document: StatusDocument, palette: Palette = .plain) {
    self.document = document
    self.palette = palette
  }

  func lines() -> [String] {
    var lines = [palette.paint(ShownText.escape(header), .dim)]
    if let agent = document.agent, let commit = agent.commit {
      let text = "files: \(agent.source ?? ""), commit \(commit.prefix(12))"
      lines.append(palette.paint(ShownText.escape(text), .dim))
    }
    lines += document.agent.map(warnings) ?? []
    guard !document.accounts.isEmpty else { return lines + ["No accounts."] }
    let rows = document.accounts.map(cells)
    let titles = StatusText.titles
    let widths = titles.indices.map { column in
      max(titles[column].count, Columns.width(rows.lazy.map { $0[column] }, limit: 40))
    }
    lines.append(palette.paint(row(titles, widths), .bold))
    for (account, cells) in zip(document.accounts, rows) {
      lines.append(row(cells, widths, colour(account)))
      lines += troubles(account)
    }
    return lines
  }

  /// A line for each account, with the time: what has changed since the lines before.
  func changes() -> [String] {
    document.accounts.flatMap { account in
      let conditions = account.conditions.filter { $0.status == .yes }.map(\.type.rawValue)
      let last = [account.lastCode.map(String.init), account.lastReason].compactMap { $0 }
      let words = [account.state.rawValue, conditions.joined(separator: ","), last.joined(separator: " ")]
      let text = words.filter { !$0.isEmpty }.map(ShownText.escape).joined(separator: "  ")
      let time = palette.paint(document.at, .dim)
      return ["\(time)  \(ShownText.escape(account.account.name)): \(text)"] + troubles(account)
    }
  }

  static let titles = ["ACCOUNT", "STATE", "CONDITION", "EXPIRES", "NEXT", "LAST"]

  /// Whose accounts, and who says so.
  var header: String {
    guard let agent = document.agent else {
      return "\(document.owner): no agent runs; from the state, \(document.at)"
    }
    return "\(document.owner): agent \(agent.pid) on \(agent.host) since \(agent.startedAt), \(document.at)"
  }

  /// What is wrong with the agent itself.
  func warnings(_ agent: AgentStatus) -> [String] {
    let texts =
      agent.diagnostics.filter { _ in !agent.manifestAccepted } + agent.refusals.map { "refused: \($0)" }
      + (agent.sourceFailure.map { ["nothing newer can be had: \($0)"] } ?? [])
      + (agent.stateFailure.map { ["the state cannot be written: \($0)"] } ?? [])
      + (agent.restingServers ?? []).map(rest)
    return texts.map { palette.paint(ShownText.escape($0), .yellow) }
  }

  private func rest(_ server: RestingServerStatus) -> String {
    let why = server.cause == .quiet ? "it asked for quiet" : "it failed"
    return
      "\(server.address) over \(server.transport.uppercased()) is left alone until \(server.until): \(why)"
  }

  /// What stands below the titles.
  func cells(_ account: AccountStatus) -> [String] {
    let condition = account.conditions.filter { $0.status == .yes }.map(\.type.rawValue)
    let expires = account.bindings.first(where: \.ours)?.expires.map { DurationText.text(seconds: Int($0)) }
    let last = [account.lastCode.map(String.init), account.lastReason].compactMap { $0 }
    return [
      account.account.name, account.state.rawValue, condition.joined(separator: ","), expires ?? "–",
      account.nextRefreshAt.map(time) ?? "–", last.joined(separator: " "),
    ].map(ShownText.escape)
  }

  /// The time of a day that is today's, else the whole.
  private func time(_ text: String) -> String {
    text.prefix(10) == document.at.prefix(10) ? String(text.dropFirst(11)) : text
  }

  private func row(_ cells: [String], _ widths: [Int], _ colour: Palette.Colour? = nil) -> String {
    var cells = zip(cells, widths).map { Columns.pad($0, to: $1) }
    cells[1] = palette.paint(cells[1], colour)
    var line = cells.joined(separator: "  ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  private func colour(_ account: AccountStatus) -> Palette.Colour? {
    switch account.state {
    case .ok, .refreshing: .green
    case .progress: .yellow
    case .failed: .red
    case .none, .cleared: .dim
    }
  }

  private func troubles(_ account: AccountStatus) -> [String] {
    troubleTexts(account).map { palette.paint("    " + ShownText.escape($0), .dim) }
  }

  /// What a person should know beyond the table.
  func troubleTexts(_ account: AccountStatus) -> [String] {
    var lines = account.conditions.filter { condition in
      switch condition.type {
      case .stalled, .blocked, .reconciling: condition.status == .yes && !condition.message.isEmpty
      case .suspended: condition.status == .yes && condition.reason == Condition.requestedReason
      case .ready: false
      }
    }.map(\.message)
    if let flows = account.partialFlows { lines.append(flows) }
    if let address = account.publicAddress, account.contact?.contains(address) != true {
      lines.append("public address: \(address)")
    }
    if account.unauthenticated == true {
      lines.append("Not authenticated: the registrar did not ask for the password")
    }
    if let gruu = account.publicGRUU { lines.append("GRUU: \(gruu)") }
    if let gruu = account.temporaryGRUU { lines.append("temporary GRUU: \(gruu)") }
    let lists = [
      ("service route", account.serviceRoute), ("path", account.path),
      ("associated", account.associatedURIs), ("push by", account.pushProviders),
    ]
    for case (let title, let values?) in lists { lines.append("\(title): \(values.joined(separator: ", "))") }
    if let reference = account.pushReference { lines.append("push reference: \(reference)") }
    lines += account.bindings.filter { !$0.ours }.map { "also bound: \($0.contact)" }
    return lines
  }
}
