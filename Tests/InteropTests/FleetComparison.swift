import SIP
import TestSupport

extension DeclaredFleet {
  /// What a registrar's bindings lack, have too much, or have otherwise than declared; empty when equal.
  func differences(from bindings: [String: [KamailioBinding]], at registrar: String) -> [String] {
    var differences: [String] = []
    let declared = accounts.filter { $0.registrar == registrar && $0.isRegistered }
    for account in declared {
      let live = bindings[account.identity] ?? []
      guard live.count == 1, let binding = live.first else {
        differences.append("\(account.name) has \(live.count) bindings: \(live.map(\.contact))")
        continue
      }
      guard (binding.expires ?? 0) > 0 else {
        differences.append("\(account.name) has expired")
        continue
      }
      let root = root(of: account)
      let expected = root.contact ?? bindings[root.identity]?.first?.contact
      if !isSame(binding.contact, expected) {
        differences.append("\(account.name) is at \(binding.contact), not at \(expected ?? "nothing")")
      }
      let own = transport == "ws" ? ".invalid;transport=ws" : "@127.0.0.1:"
      if root.contact == nil, !binding.contact.contains(own) {
        differences.append("\(account.name) is at \(binding.contact), which is not the engine's address")
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
