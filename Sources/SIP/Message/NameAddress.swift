/// A display name and a URI, as in To, From and Contact (RFC 3261, 20.10), without header parameters.
public struct NameAddress: Sendable, Hashable {
  /// The name as a person reads it: unquoted and unescaped.
  public var displayName: String?
  public var uri: SIPURI

  public init(displayName: String? = nil, uri: SIPURI) {
    self.displayName = displayName
    self.uri = uri
  }
}

extension NameAddress: CustomStringConvertible {
  /// Always a name-addr: the display name quoted and escaped, the URI in angle brackets.
  public var description: String {
    var bytes: [UInt8] = []
    bytes.append(nameAddress: self)
    return String(decoding: bytes, as: UTF8.self)
  }
}
