/// Which targets of a 3xx an account may follow.
///
/// A redirect that is followed gets our credentials, so it stays at the registrar's own host unless its domain
/// is listed, and it never leads from TLS to anything less (RFC 3261, 8.1.3.4; RFC 5630, 5.1.1).
package struct RedirectRules: Sendable {
  /// The domains that the account lists; each stands for itself and all names below it.
  package var domains: [String]
  /// The host of the account's registrar.
  package var registrar: Host
  /// The identity or the registrar is `sips:`.
  package var isSIPS: Bool
  /// The answer came over TLS.
  package var isSecure: Bool
  /// Where names may lead.
  package var servers: ServerRules

  package init(
    domains: [String],
    registrar: Host,
    isSIPS: Bool,
    isSecure: Bool,
    servers: ServerRules = ServerRules()
  ) {
    self.domains = domains
    self.registrar = registrar
    self.isSIPS = isSIPS
    self.isSecure = isSecure
    self.servers = servers
  }

  /// The target as it may be followed, or nil.
  package func target(
    _ uri: SIPURI,
    q: UInt16?,
    expires: UInt32?,
    code: UInt16
  ) -> RedirectTarget? {
    guard RedirectRules.isFollowable(code), allows(uri.host), !uri.host.isUnspecified, keepsSecurity(uri),
      servers.allows(port: uri.port, of: uri.host)
    else { return nil }
    // An `maddr` would send the request to a host that nobody has listed.
    if let other = uri.parameter("maddr"), Host(other).map(allows) != true { return nil }
    return RedirectTarget(
      uri: uri.asRequestURI,
      q: q ?? 1000,
      expires: expires,
      isProxy: code == 305,
      isSecure: isSecure || isSIPS
    )
  }

  /// 300, 301, 302 and 305; no other 3xx says where a REGISTER should go.
  package static func isFollowable(_ code: UInt16) -> Bool {
    switch code {
    case 300, 301, 302, 305: true
    default: false
    }
  }

  private func keepsSecurity(_ uri: SIPURI) -> Bool {
    if isSIPS, uri.scheme != .sips { return false }
    guard isSecure, uri.scheme != .sips, let transport = uri.namedTransport else { return true }
    return transport.isSecure
  }

  private func allows(_ host: Host) -> Bool {
    if host == registrar { return true }
    return domains.contains { domain in
      guard let listed = Host(domain) else { return false }
      if host == listed { return true }
      guard case .name(let name) = host, case .name(let parent) = listed else { return false }
      return name.lowercased().hasSuffix("." + parent.lowercased())
    }
  }
}
