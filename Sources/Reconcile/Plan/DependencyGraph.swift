/// The declared dependencies as positions, masters before dependents.
struct DependencyGraph {
  /// Positions of accounts, each after all of its masters. What lies on a cycle is not here.
  private(set) var order: [Int]
  /// For each position with dependencies, its masters' positions; an undeclared master is left out.
  private(set) var masters: [Int: [Int]] = [:]
  private(set) var cyclic: [AccountID] = []
  private(set) var undeclared: [(account: AccountID, master: AccountID)] = []

  init(_ accounts: [DesiredAccount], positions: [AccountID: Int]) {
    order = []
    order.reserveCapacity(accounts.count)
    var waiting: [Int: Int] = [:]
    var dependents: [Int: [Int]] = [:]
    for position in accounts.indices {
      guard !accounts[position].account.dependsOn.isEmpty else {
        order.append(position)
        continue
      }
      var found: [Int] = []
      for dependency in accounts[position].account.dependsOn {
        if let master = positions[dependency.account] {
          found.append(master)
          dependents[master, default: []].append(position)
        } else {
          undeclared.append((accounts[position].account.id, dependency.account))
        }
      }
      masters[position] = found
      waiting[position] = found.count
      if found.isEmpty { order.append(position) }
    }
    var next = 0
    while next < order.count, !dependents.isEmpty {
      for dependent in dependents[order[next]] ?? [] {
        waiting[dependent]! -= 1
        if waiting[dependent] == 0 { order.append(dependent) }
      }
      next += 1
    }
    if order.count < accounts.count {
      cyclic = waiting.filter { $0.value > 0 }.map { accounts[$0.key].account.id }.sorted()
    }
  }
}
