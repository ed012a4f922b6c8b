import SIP
import TestSupport

extension DeclaredFleet {
  /// What a registrar's bindings lack, have too much, or have otherwise than declared; empty when equal.
  func differences(from bindings: [String: [KamailioBinding]], at registrar: String) -> [String] {
    let expired = accounts.filter { account in
      account.registrar == registrar && account.isRegistered
        && bindings[account.identity]?.contains { ($0.expires ?? 0) <= 0 } == true
    }
    return expired.map { "\($0.name) has expired" }
      + differences(from: bindings.mapValues { $0.map(\.contact) }, at: registrar)
  }

  /// As above, with the contacts that are bound for each identity.
  func differences(from bindings: [String: [String]], at registrar: String = "main") -> [String] {
    var differences: [String] = []
    let declared = accounts.filter { $0.registrar == registrar && $0.isRegistered }
    for account in declared {
      let live = bindings[account.identity] ?? []
      guard live.count == 1, let contact = live.first else {
        differences.append("\(account.name) has \(live.count) bindings: \(live)")
        continue
      }
      let root = root(of: account)
      let expected = root.contact ?? bindings[root.identity]?.first
      if !isSame(contact, expected) {
        differences.append("\(account.name) is at \(contact), not at \(expected ?? "nothing")")
      }
      let own = transport == "ws" ? ".invalid;transport=ws" : "@127.0.0.1:"
      if root.contact == nil, !contact.contains(own) {
        differences.append("\(account.name) is at \(contact), which is not the engine's address")
      }
    }
    let identities = Set(declared.map(\.identity))
    for identity in bindings.keys.sorted() where !identities.contains(identity) {
      differences.append("\(identity) is bound and not declared")
    }
    return differences
  }

  private func isSame(_ contact: String, _ expected: String?) -> Bool {
    guard let left = try? SIPURI(parsing: contact), let right = expected.flatMap({ try? SIPURI(parsing: $0) })
    else { return false }
    return left.isEquivalent(to: right)
  }
}
