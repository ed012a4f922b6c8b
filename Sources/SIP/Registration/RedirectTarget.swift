/// One address that a 3xx sends a REGISTER to, reduced to what may be used of it: neither user, `method`,
/// headers nor header parameters of a redirect reach the wire (RFC 3261, 19.1.5 and 10.2).
package struct RedirectTarget: Equatable, Sendable {
  /// Fit to be a Request-URI.
  package var uri: SIPURI
  /// The preference in thousandths; 1000 where the contact names none.
  package var q: UInt16
  /// For how many seconds the target holds; nil where the answer does not say.
  package var expires: UInt32?
  /// A 305: the request goes through this server, and its Request-URI stays (RFC 3261, 21.3.4).
  package var isProxy: Bool
  /// The answer came over TLS, so that only TLS will do from there on.
  package var isSecure: Bool

  package init(
    uri: SIPURI,
    q: UInt16 = 1000,
    expires: UInt32? = nil,
    isProxy: Bool = false,
    isSecure: Bool = false
  ) {
    self.uri = uri
    self.q = q
    self.expires = expires
    self.isProxy = isProxy
    self.isSecure = isSecure
  }
}
