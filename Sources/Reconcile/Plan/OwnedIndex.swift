/// Where each account's rows are among what we own; a former name leads to the account that has it now.
struct OwnedIndex {
  /// The row that stands for the account: bound, pending or cleared.
  private(set) var current: [AccountID: Int] = [:]
  private(set) var tombstones: [AccountID: [Int]] = [:]
  /// Former names, each with its present one.
  private(set) var renamed: [AccountID: AccountID] = [:]

  init(_ observed: borrowing ObservedState, desired: borrowing DesiredState) {
    current.reserveCapacity(observed.owned.count)
    for index in observed.owned.indices {
      let id = observed.owned[index].account.id
      if observed.owned[index].phase == .tombstone {
        tombstones[id, default: []].append(index)
      } else if let other = current.updateValue(index, forKey: id) {
        keepOne(of: other, and: index, for: id, in: observed)
      }
    }
  }

  /// Two rows that are no tombstones cannot both stand for an account: the newer one does.
  private mutating func keepOne(of one: Int, and other: Int, for id: AccountID, in observed: ObservedState) {
    let newer = observed.owned[one].updatedAt > observed.owned[other].updatedAt ? one : other
    current[id] = newer
    tombstones[id, default: []].append(newer == one ? other : one)
  }

  /// Gives the rows of former names to the accounts that have them now, where nobody else is declared under them.
  mutating func followNames(in desired: borrowing DesiredState, isDeclared: (AccountID) -> Bool) {
    for index in desired.accounts.indices {
      guard let former = desired.accounts[index].account.movedFrom, !isDeclared(former) else { continue }
      rename(former, to: desired.accounts[index].account.id)
    }
  }

  /// An account as it was, with its masters under the names that they have now.
  func withPresentNames(_ account: Account) -> Account {
    guard account.dependsOn.contains(where: { renamed[$0.account] != nil }) else { return account }
    var account = account
    for position in account.dependsOn.indices {
      if let name = renamed[account.dependsOn[position].account] {
        account.dependsOn[position].account = name
      }
    }
    return account
  }

  /// Gives the rows of a former name to the account that says `movedFrom`, if it has none of its own.
  private mutating func rename(_ former: AccountID, to id: AccountID) {
    guard current[id] == nil, let row = current.removeValue(forKey: former) else { return }
    current[id] = row
    renamed[former] = id
    if let old = tombstones.removeValue(forKey: former) { tombstones[id, default: []] += old }
  }
}
