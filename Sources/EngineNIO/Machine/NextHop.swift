package import Reconcile
package import SIP

/// Where an account's requests go first, and how that is trusted: the topmost route, or else the registrar
/// (RFC 3263, 4). Accounts with the same next hop share its servers, its pace and its connections.
package struct NextHop: Hashable, Sendable {
  package var destination: Destination
  package var tls: TLSSettings?

  package init(destination: Destination, tls: TLSSettings?) {
    self.destination = destination
    self.tls = tls
  }

  /// Anything `sips:` means TLS on the first hop, whatever else is said (RFC 3261, 8.1.2).
  ///
  /// - Parameter tls: for accounts that do not say.
  package init(_ account: Account, tls: TLSSettings? = nil) {
    let hop = account.outboundProxy.first ?? account.registrar
    let named = account.transport ?? hop.namedTransport ?? account.registrar.namedTransport
    let isSecure = account.isSecure || hop.scheme == .sips
    destination = Destination(hop, transport: named, isSecure: isSecure)
    self.tls = account.tls ?? tls
  }
}
