/// A digest algorithm of RFC 7616 and RFC 8760, by the name it has in a challenge.
public enum DigestAlgorithm: String, Sendable, Hashable, Codable, CaseIterable {
  case md5 = "MD5"
  case md5Session = "MD5-sess"
  case sha256 = "SHA-256"
  case sha256Session = "SHA-256-sess"
  case sha512t256 = "SHA-512-256"
  case sha512t256Session = "SHA-512-256-sess"

  /// Reads a name in any case (RFC 7616, 3.3); nil for an algorithm that we do not have.
  public init?(name: some StringProtocol) {
    let lowered = name.lowercased()
    guard let match = DigestAlgorithm.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else {
      return nil
    }
    self = match
  }
}
