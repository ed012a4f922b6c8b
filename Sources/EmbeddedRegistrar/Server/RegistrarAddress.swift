package import SIP

/// An address that a registrar listens at, and how messages travel there.
package struct RegistrarAddress: Hashable, Sendable {
  package var transport: Transport
  package var endpoint: Endpoint

  package init(_ transport: Transport, _ endpoint: Endpoint) {
    self.transport = transport
    self.endpoint = endpoint
  }
}

extension RegistrarAddress: CustomStringConvertible {
  /// `tcp:127.0.0.1:5060`.
  package var description: String { "\(transport.rawValue):\(endpoint)" }
}
