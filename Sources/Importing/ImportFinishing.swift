import Reconcile
import SIP

/// Makes a draft whole: unique names, dependencies by name, no two accounts that would overwrite each other,
/// and references in the place of secrets.
struct ImportFinishing {
  private(set) var accounts: [ImportedAccount]
  private(set) var defaultAccount: AccountID?
  private(set) var secrets: [ImportedSecret] = []
  private(set) var remarks: [Diagnostic]
  private let defaultName: String?

  init(_ draft: ImportDraft) {
    accounts = draft.accounts
    remarks = draft.remarks
    defaultName = draft.defaultAccount
  }

  mutating func finish(secretsFolder: String?) {
    dropUnwritable()
    name()
    dropTwins()
    depend()
    defaultAccount = accounts.first { $0.sourceName == defaultName }?.account.id
    var naming = SecretNaming(folder: secretsFolder)
    for index in accounts.indices { naming.name(&accounts[index]) }
    secrets = naming.secrets
  }

  /// A line break or NUL in a value can come from a file of any kind, and may never reach the wire.
  private mutating func dropUnwritable() {
    accounts.removeAll { imported in
      let name = imported.account.identity.displayName ?? ""
      let texts = [imported.sourceName, name] + imported.account.credentials.map(\.username)
      guard texts.contains(where: { $0.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" } }) else {
        return false
      }
      remarks += imported.remarks
      let message = "this account has a control character in its name or user name, and is left out"
      remarks.append(Diagnostic(.error, at: imported.at, message, rule: "import"))
      return true
    }
  }

  private mutating func name() {
    var taken: Set<String> = []
    for index in accounts.indices {
      let imported = accounts[index]
      let base = imported.sourceName.isEmpty ? "account" : imported.sourceName
      let uri = imported.account.identity.uri
      var candidates = [base, "\(base)@\(uri.host)"]
      if taken.isSuperset(of: candidates) {
        var number = 2
        while taken.contains("\(base)-\(number)") { number += 1 }
        candidates.append("\(base)-\(number)")
      }
      let name = candidates.first { !taken.contains($0) } ?? base
      taken.insert(name)
      accounts[index].account.id = AccountID(name)
    }
  }

  /// Two accounts with one identity at one registrar overwrite each other unless their contacts differ.
  private mutating func dropTwins() {
    var firsts: [AddressAtRegistrar: [Int]] = [:]
    var dropped: Set<Int> = []
    for index in accounts.indices {
      let key = AddressAtRegistrar(accounts[index].account)
      for other in firsts[key, default: []] where !dropped.contains(index) {
        let contacts = (accounts[index].account.contact?.uri, accounts[other].account.contact?.uri)
        if let first = contacts.0, let second = contacts.1, !first.isEquivalent(to: second) {
          accounts[index].account.sharedIdentity = true
          accounts[other].account.sharedIdentity = true
          continue
        }
        let first = accounts[other]
        let message =
          "the same identity at the same registrar is imported already from \(first.at); "
          + "one would overwrite the other, so this one is left out"
        remarks.append(Diagnostic(.error, at: accounts[index].at, message, rule: "import"))
        dropped.insert(index)
      }
      if !dropped.contains(index) { firsts[key, default: []].append(index) }
    }
    accounts = accounts.indices.filter { !dropped.contains($0) }.map { accounts[$0] }
  }

  private struct AddressAtRegistrar: Hashable {
    var identity: AddressOfRecord
    var registrar: String

    init(_ account: Account) {
      identity = AddressOfRecord(account.identity.uri)
      registrar = "\(account.registrar.host)".lowercased() + ":\(account.registrar.port ?? 0)"
    }
  }

  /// Dependencies by the names that the accounts have now; one that leads nowhere or round is left out.
  private mutating func depend() {
    let positions = Dictionary(accounts.indices.map { (accounts[$0].sourceName, $0) }) { first, _ in first }
    for index in accounts.indices {
      guard let master = accounts[index].master else { continue }
      guard let found = positions[master.name] else {
        accounts[index].warn(
          "it depends on `\(master.name)`, which is not in the files; set `dependsOn`",
          at: master.at
        )
        continue
      }
      guard !leads(from: found, to: index, positions) else {
        accounts[index].warn("its dependency on `\(master.name)` is a cycle, and is left out", at: master.at)
        accounts[index].master = nil
        continue
      }
      accounts[index].account.dependsOn = [Dependency(account: accounts[found].account.id)]
      if accounts[index].account.contact != nil {
        accounts[index].account.contact = nil
        accounts[index].warn("its own contact is left out: it shares its master's")
      }
      accounts[index].account.outbound = OutboundSettings()
    }
  }

  private func leads(from start: Int, to end: Int, _ positions: [String: Int]) -> Bool {
    var next: Int? = start
    var steps = 0
    while let position = next, steps <= accounts.count {
      if position == end { return true }
      next = accounts[position].master.flatMap { positions[$0.name] }
      steps += 1
    }
    // A chain that is longer than there are accounts goes round elsewhere, and is cut there.
    return false
  }
}
