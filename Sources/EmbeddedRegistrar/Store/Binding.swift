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

  /// True if a contact names this binding: by its instance and reg-id, where both have them, or by URI
  /// comparison (RFC 5626, 6; RFC 3261, 19.1.4).
  func isNamed(by contact: ContactView) -> Bool {
    if let instance, let registrationID, let other = contact.instance,
      let otherID = contact.registrationID
    {
      return registrationID == otherID && other.isEqual(to: instance)
    }
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
