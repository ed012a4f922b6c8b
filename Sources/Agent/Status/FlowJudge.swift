import Reconcile

/// Says of accounts with several flows (RFC 5626) how many of them are up.
///
/// Each flow has a status of its own. Where only some are registered the account is reached through those, and the
/// `Ready` condition of each flow says so, whichever way it stands.
struct FlowJudge {
  private let accounts: [AccountStatus]

  init(_ accounts: [AccountStatus]) { self.accounts = accounts }

  var judged: [AccountStatus] {
    guard accounts.contains(where: { $0.flowOf != nil }) else { return accounts }
    var members: [AccountID: [Int]] = [:]
    for position in accounts.indices where accounts[position].flowOf != nil {
      members[accounts[position].declaredID, default: []].append(position)
    }
    for position in accounts.indices where members[accounts[position].account] != nil {
      members[accounts[position].account]?.insert(position, at: 0)
    }
    var judged = accounts
    for flows in members.values {
      judged[flows[0]].flows = flows.map { flow in
        AccountStatus.FlowStatus(
          account: accounts[flow].account,
          registered: accounts[flow][.ready]?.status == .yes
        )
      }
      guard let message = judged[flows[0]].partialFlows else { continue }
      for flow in flows { judged[flow].add(message) }
    }
    return judged
  }
}

extension AccountStatus {
  fileprivate var declaredID: AccountID { flowOf ?? account }

  fileprivate mutating func add(_ message: String) {
    for position in conditions.indices where conditions[position].type == .ready {
      let present = conditions[position].message
      conditions[position].message = present.isEmpty ? message : present + "; " + message
    }
  }
}
