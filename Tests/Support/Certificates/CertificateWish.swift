/// What a test wants in a certificate.
public struct CertificateWish: Sendable {
  /// The extended key usage.
  public enum Use: Sendable { case unsaid, server, client, both }

  public var commonName: String?
  public var dnsNames: [String] = []
  public var uris: [String] = []
  /// Each as its 4 or 16 octets.
  public var addresses: [[UInt8]] = []
  public var isAuthority = false
  public var use = Use.unsaid
  /// Seconds from now to the first and the last moment of validity.
  public var begins: Double = -3600
  public var ends: Double = 86_400

  public init(
    commonName: String? = nil,
    dnsNames: [String] = [],
    uris: [String] = [],
    isAuthority: Bool = false,
    use: Use = .unsaid
  ) {
    self.commonName = commonName
    self.dnsNames = dnsNames
    self.uris = uris
    self.isAuthority = isAuthority
    self.use = use
  }

  public func changed(_ change: (inout CertificateWish) -> Void) -> CertificateWish {
    var copy = self
    change(&copy)
    return copy
  }
}
