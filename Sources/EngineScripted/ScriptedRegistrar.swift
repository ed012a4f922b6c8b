import Reconcile
import SIP

/// The bindings that the scripted registrars hold: one list for each address of record at each host and port.
struct ScriptedRegistrar {
  struct Key: Hashable {
    var host: String
    var identity: String

    init(_ account: Account) {
      host = account.registrar.host.description.lowercased()
      if let port = account.registrar.port { host += ":\(port)" }
      identity = AddressOfRecord(account.identity.uri).key
    }
  }

  private var lists: [Key: [Binding]] = [:]

  func bindings(_ key: Key) -> [Binding] { lists[key] ?? [] }

  mutating func set(_ bindings: [Binding], for key: Key) {
    lists[key] = bindings.isEmpty ? nil : bindings
  }

  mutating func bind(_ binding: Binding, for key: Key) {
    remove(binding.contact, for: key)
    lists[key, default: []].append(binding)
  }

  mutating func remove(_ contact: String, for key: Key) {
    lists[key]?.removeAll { SIPURI.sameContact($0.contact, contact) }
    if lists[key]?.isEmpty == true { lists[key] = nil }
  }
}
