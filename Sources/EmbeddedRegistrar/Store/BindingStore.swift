import SIP

/// The location service: the bindings of each address of record, in memory only.
struct BindingStore: Sendable {
  private var entries: [AddressOfRecord: [Binding]] = [:]

  var identityCount: Int { entries.count }

  /// The bindings that have not expired.
  func bindings(of identity: AddressOfRecord, at now: Instant) -> [Binding] {
    guard let all = entries[identity] else { return [] }
    return all.contains { $0.expiresAt <= now } ? all.filter { $0.expiresAt > now } : all
  }

  /// Replaces the bindings of an address of record; none removes it.
  mutating func replace(_ bindings: [Binding], of identity: AddressOfRecord) {
    entries[identity] = bindings.isEmpty ? nil : bindings
  }

  func contains(_ identity: AddressOfRecord) -> Bool { entries[identity] != nil }

  /// Drops what has expired; costs time with every address of record there is.
  mutating func sweep(at now: Instant) {
    entries = entries.compactMapValues { bindings in
      let left = bindings.filter { $0.expiresAt > now }
      return left.isEmpty ? nil : left
    }
  }

  mutating func removeAll() { entries.removeAll() }

  /// Every binding that has not expired, sorted by address of record and contact.
  func list(at now: Instant) -> [RegisteredBinding] {
    entries.flatMap { identity, bindings in
      bindings.filter { $0.expiresAt > now }.map { binding in
        RegisteredBinding(
          identity: identity,
          contact: String(decoding: binding.uri, as: UTF8.self),
          expires: binding.remaining(at: now),
          callID: String(decoding: binding.callID, as: UTF8.self),
          cseq: binding.cseq
        )
      }
    }.sorted { ($0.identity.key, $0.contact) < ($1.identity.key, $1.contact) }
  }
}
