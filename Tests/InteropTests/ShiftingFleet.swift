import TestSupport

/// A small fleet that is edited at random, as people edit a file between two runs.
struct ShiftingFleet {
  /// The users that there ever are: who is removed may come again.
  static let users = (0..<10).map { "n\($0)" }

  private(set) var fleet: DeclaredFleet
  /// What all accounts authenticate with.
  private(set) var password = "secret"
  private var contacts = 0
  private var random: SeededGenerator

  /// Three accounts with a contact of their own, two at the engine's address, and a chain of two on either kind.
  init(port: UInt16, seed: UInt64) {
    random = SeededGenerator(seed: seed)
    fleet = DeclaredFleet(accounts: [], registrars: ["main": "127.0.0.1:\(port)"])
    fleet.maxUnregister = 100
    fleet.retryBase = 1
    for user in ["n0", "n1", "n2"] { fleet.accounts.append(DeclaredAccount(user, contact: nextContact())) }
    for user in ["n3", "n4"] { fleet.accounts.append(DeclaredAccount(user)) }
    for (user, master) in [("n5", "n0"), ("n6", "n5"), ("n7", "n3")] {
      fleet.accounts.append(DeclaredAccount(user, dependsOn: master))
    }
  }

  /// One to three edits.
  mutating func edit(keepsPassword: Bool = false) {
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      switch Int.random(in: 0..<(keepsPassword ? 7 : 8), using: &random) {
      case 0, 1: add()
      case 2, 3: remove()
      case 4, 5: moveContact()
      case 6: changeDependency()
      default: password += "x"
      }
    }
  }

  private mutating func add() {
    let free = ShiftingFleet.users.filter { user in !fleet.accounts.contains { $0.name == user } }
    guard let user = free.randomElement(using: &random) else { return }
    var account = DeclaredAccount(user)
    switch Int.random(in: 0..<3, using: &random) {
    case 0: account.contact = nextContact()
    case 1: account.dependsOn = fleet.accounts.randomElement(using: &random)?.name
    default: break
    }
    fleet.accounts.append(account)
  }

  /// What depended on the removed account then depends on that one's master.
  private mutating func remove() {
    guard fleet.accounts.count > 5, let gone = fleet.accounts.randomElement(using: &random) else { return }
    fleet.remove(gone.name)
    for index in fleet.accounts.indices where fleet.accounts[index].dependsOn == gone.name {
      fleet.accounts[index].dependsOn = gone.dependsOn
    }
  }

  /// To another declared contact, or now and then to the engine's address.
  private mutating func moveContact() {
    let roots = fleet.accounts.indices.filter { fleet.accounts[$0].dependsOn == nil }
    guard let index = roots.randomElement(using: &random) else { return }
    let isOwn = Int.random(in: 0..<4, using: &random) == 0
    fleet.accounts[index].contact = isOwn ? nil : nextContact()
  }

  private mutating func changeDependency() {
    guard let index = fleet.accounts.indices.randomElement(using: &random) else { return }
    let name = fleet.accounts[index].name
    let masters = fleet.accounts.filter { !isBelow($0, name) }.map(\.name) + [nil]
    fleet.accounts[index].dependsOn = masters.randomElement(using: &random) ?? nil
    if fleet.accounts[index].dependsOn != nil { fleet.accounts[index].contact = nil }
  }

  /// True for the account of that name, and for what depends on it.
  private func isBelow(_ account: DeclaredAccount, _ name: String) -> Bool {
    account.name == name || account.dependsOn.map { isBelow(fleet[$0], name) } == true
  }

  private mutating func nextContact() -> String {
    contacts += 1
    return "sip:here@192.0.2.\(contacts % 250 + 1):5060"
  }
}
