import Reconcile

/// Finds which account keeps another from being registered.
struct Blockers {
  private let accounts: [AccountID: Account]
  private let isBound: (AccountID) -> Bool

  init(_ desired: DesiredState?, isBound: @escaping (AccountID) -> Bool) {
    var accounts: [AccountID: Account] = [:]
    if desired?.accounts.contains(where: { !$0.account.dependsOn.isEmpty }) == true {
      for declared in desired?.accounts ?? [] { accounts[declared.account.id] = declared.account }
    }
    self.accounts = accounts
    self.isBound = isBound
  }

  /// The masters that are not bound, from the root cause to the account's own; empty where there is none.
  func of(_ account: Account) -> [AccountID] {
    var chain: [AccountID] = []
    var account = account
    while let master = unbound(account.dependsOn), !chain.contains(master.id) {
      chain.append(master.id)
      account = master
    }
    return chain.reversed()
  }

  private func unbound(_ dependencies: [Dependency]) -> Account? {
    for dependency in dependencies where dependency.condition == .registered && !isBound(dependency.account) {
      if let master = accounts[dependency.account] { return master }
    }
    return nil
  }
}
