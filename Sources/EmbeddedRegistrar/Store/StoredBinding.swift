package import SIP

/// A binding in full, for a registrar whose bindings outlive it.
package struct StoredBinding: Hashable, Sendable {
  /// The address of record, as a SIP URI.
  package var identity: String
  package var contact: String
  /// The contact's other header parameters, each with its `;`.
  package var parameters: String
  package var instance: String?
  package var registrationID: UInt32?
  /// Seconds left, rounded up.
  package var expires: UInt32
  package var callID: String
  package var cseq: UInt32

  package init(identity: String, contact: String, expires: UInt32, callID: String, cseq: UInt32) {
    self.identity = identity
    self.contact = contact
    self.expires = expires
    self.callID = callID
    self.cseq = cseq
    parameters = ""
  }
}

extension StoredBinding {
  init(_ binding: Binding, of identity: AddressOfRecord, at now: Instant) {
    self.init(
      identity: identity.key,
      contact: String(decoding: binding.uri, as: UTF8.self),
      expires: binding.remaining(at: now),
      callID: String(decoding: binding.callID, as: UTF8.self),
      cseq: binding.cseq
    )
    parameters = String(decoding: binding.parameters, as: UTF8.self)
    instance = binding.instance.map { String(decoding: $0, as: UTF8.self) }
    registrationID = binding.registrationID
  }

  func binding(at now: Instant) -> Binding {
    Binding(
      uri: Array(contact.utf8),
      parameters: Array(parameters.utf8),
      instance: instance.map { Array($0.utf8) },
      registrationID: registrationID,
      expiresAt: now + .seconds(Int64(expires)),
      callID: Array(callID.utf8),
      cseq: cseq
    )
  }
}

extension BindingStore {
  /// Every binding that has not expired, in full.
  func stored(at now: Instant) -> [StoredBinding] {
    list(at: now).reduce(into: Set<AddressOfRecord>()) { $0.insert($1.identity) }
      .sorted { $0.key < $1.key }
      .flatMap { identity in
        bindings(of: identity, at: now).map { StoredBinding($0, of: identity, at: now) }
      }
  }

  /// Puts bindings back; one whose identity is no SIP URI is left out.
  mutating func restore(_ stored: [StoredBinding], at now: Instant) {
    for entry in stored where entry.expires > 0 {
      guard let identity = entry.addressOfRecord else { continue }
      replace(bindings(of: identity, at: now) + [entry.binding(at: now)], of: identity)
    }
  }
}

extension StoredBinding {
  fileprivate var addressOfRecord: AddressOfRecord? {
    do { return AddressOfRecord(try SIPURI(parsing: identity)) } catch { return nil }
  }
}

extension RegistrarCore {
  package func storedBindings(at now: Instant) -> [StoredBinding] { store.stored(at: now) }

  package mutating func restore(_ bindings: [StoredBinding], at now: Instant) {
    store.restore(bindings, at: now)
  }
}
