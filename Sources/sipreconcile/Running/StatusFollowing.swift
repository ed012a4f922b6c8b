import Agent
import Reconcile
import SIP

/// Shows how accounts stand, and then each change of it, until it is interrupted.
struct StatusFollowing: Sendable {
  let reading: StatusReading
  /// Leaves the accounts that are meant.
  let choose: @Sendable (inout StatusDocument) throws(CommandFailure) -> Void

  private static let interval = Duration.seconds(1)

  func carryOut(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    do throws(CommandFailure) {
      return try await BoundedRun(run: run).carryOut { () async throws(CommandFailure) in
        try await follow(run)
      }
    } catch {
      // Its end is the usual one, and nothing to complain of.
      guard let cause = run.stop.cause else { throw error }
      return CommandEnd(cause.status)
    }
  }

  private func follow(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let clock = run.surroundings.clock
    var last: StatusDocument?
    while true {
      var document = try await reading.document()
      try choose(&document)
      show(document, after: last, run)
      last = document
      do { try await clock.sleep(until: clock.now + StatusFollowing.interval) } catch {
        throw CommandFailure(.interrupted, "interrupted", rule: "interrupted")
      }
    }
  }

  private func show(_ document: StatusDocument, after last: StatusDocument?, _ run: CommandRun) {
    let before = (last?.accounts ?? []).map { ($0.account, $0) }
    let shown = Dictionary(before) { first, _ in first }
    var changed = document
    changed.accounts = document.accounts.filter { shown[$0.account]?.differs(from: $0) ?? true }
    let gone = Set(shown.keys).subtracting(document.accounts.map(\.account)).sorted()
    let isAnother = last?.agent?.pid != document.agent?.pid
    guard last == nil || isAnother || !changed.accounts.isEmpty || !gone.isEmpty else { return }
    switch run.output.format {
    case .json, .ndjson: run.output.jsonLine(document)
    case .human, .markdown:
      let isWhole = last == nil || isAnother
      let text = StatusText(isWhole ? document : changed, palette: run.output.palette)
      for line in isWhole ? text.lines() : text.changes() { run.console.output(line) }
      for account in gone { run.console.output("\(document.at)  \(account): gone") }
    }
  }
}

extension AccountStatus {
  /// True if more than the time that is left has changed.
  fileprivate func differs(from other: AccountStatus) -> Bool {
    var (one, other) = (self, other)
    for position in one.bindings.indices { one.bindings[position].expires = nil }
    for position in other.bindings.indices { other.bindings[position].expires = nil }
    return one != other
  }
}
