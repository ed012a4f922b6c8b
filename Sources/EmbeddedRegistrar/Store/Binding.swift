import SIP

/// One entry of the location service: a contact of an address of record, until it expires.
struct Binding: Sendable {
  /// The contact's URI as it was sent.
  var uri: [UInt8]
  /// The contact's other header parameters as they were sent, each with its `;`, without `expires`.
  var parameters: [UInt8]
  var instance: [UInt8]?
  var registrationID: UInt32?
  var expiresAt: Instant
  var callID: [UInt8]
  var cseq: UInt32

  /// How a contact names this binding.
  enum Match {
    /// By instance and reg-id (RFC 5626, 6).
    case flow
    /// By URI (RFC 3261, 19.1.4).
    case uri
  }

  /// Nil if a contact names another binding: one of another flow, whatever its URI, or one with another URI.
  func match(_ contact: ContactView) -> Match? {
    if let instance, let registrationID, let other = contact.instance,
      let otherID = contact.registrationID
    {
      return registrationID == otherID && other.isEqual(to: instance) ? .flow : nil
    }
    return hasURI(of: contact) ? .uri : nil
  }

  private func hasURI(of contact: ContactView) -> Bool {
    if contact.uri.isEqual(to: uri) { return true }
    do {
      return try uri.withUnsafeBytes { try SIPURI(parsing: $0) }
        .isEquivalent(to: SIPURI(parsing: contact.uri))
    } catch {
      // Neither is a SIP URI, or only one: other URIs are equal when their bytes are.
      return false
    }
  }

  /// Whole seconds left, rounded up.
  func remaining(at now: Instant) -> UInt32 {
    let left = (expiresAt - now).nanoseconds
    return left <= 0 ? 0 : UInt32(clamping: (left - 1) / 1_000_000_000 + 1)
  }
}
