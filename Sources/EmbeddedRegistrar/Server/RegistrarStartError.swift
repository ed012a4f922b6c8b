/// Why a registrar cannot listen.
package enum RegistrarStartError: Error, Hashable, Sendable {
  /// An address cannot be bound.
  case cannotListen(RegistrarAddress, reason: String)
  /// A secure transport was asked for without a certificate.
  case noCertificate(RegistrarAddress)
  /// The certificate or its key cannot be used.
  case certificate(reason: String)
}

extension RegistrarStartError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotListen(let address, let reason): "the registrar cannot listen at \(address): \(reason)"
    case .noCertificate(let address):
      "the registrar cannot listen at \(address) without a certificate and its key"
    case .certificate(let reason): reason
    }
  }
}
