/// Why TLS cannot be set up from the files that were named.
package enum TLSSettingsError: Error, Hashable, Sendable {
  /// What a file was named for.
  package enum Purpose: String, Hashable, Sendable {
    case trustAnchors = "trust anchors"
    case certificate = "certificate"
    case key = "private key"
  }

  case unreadable(Purpose, path: String, reason: String)
  /// The file can be read, and holds nothing of what it was named for.
  case notFound(Purpose, path: String)
  case certificateWithoutKey(path: String)
  case keyWithoutCertificate(path: String)
  /// The key is not that of the certificate.
  case mismatch(certificate: String, key: String)
  case unusable(reason: String)
}

extension TLSSettingsError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let purpose, let path, let reason):
      "the file \(path) with the \(purpose.rawValue) cannot be read: \(reason)"
    case .notFound(.key, let path):
      "the file \(path) holds no private key in PEM that can be used; a key with a passphrase cannot"
    case .notFound(let purpose, let path):
      "the file \(path) holds no certificate in PEM, and is named for the \(purpose.rawValue)"
    case .certificateWithoutKey(let path):
      "the certificate \(path) has no private key: name its file too"
    case .keyWithoutCertificate(let path):
      "the private key \(path) has no certificate: name its file too"
    case .mismatch(let certificate, let key):
      "the private key \(key) is not that of the certificate \(certificate)"
    case .unusable(let reason):
      "TLS cannot be set up: \(reason)"
    }
  }
}
