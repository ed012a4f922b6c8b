/// A bearer token, which proves an account without a password (RFC 8898).
public struct BearerToken: Sendable, Hashable {
  public var secret: Secret
  /// The authorization servers that may have made it, as https URLs: a challenge that names another one is not
  /// answered. Empty answers whichever it names; none is ever connected to.
  public var authzServers: [String]
  /// Another token each time it is asked for, as a program makes it: another one alone is no other credential.
  public var isMinted: Bool

  public init(_ secret: Secret, authzServers: [String] = [], isMinted: Bool = false) {
    self.secret = secret
    self.authzServers = authzServers
    self.isMinted = isMinted
  }

  /// False for what would break the header line or is no token (RFC 6750, 2.1: b64token).
  public var isWellFormed: Bool {
    secret.withBytes { bytes in
      let body = bytes.prefix { $0 != UInt8(ascii: "=") }
      return !body.isEmpty && body.allSatisfy(\.isTokenByte)
        && bytes[body.count...].allSatisfy { $0 == UInt8(ascii: "=") }
    }
  }

  /// The scheme and the host of a URL matter, and its path but for a slash at the end.
  func trusts(_ challenge: BearerChallenge) -> Bool {
    guard let server = challenge.authzServer else { return true }
    guard BearerToken.isHTTPS(server) else { return false }
    return authzServers.isEmpty || authzServers.contains { BearerToken.isSame($0, server) }
  }

  public static func isHTTPS(_ url: String) -> Bool {
    url.prefix(8).lowercased() == "https://" && url.utf8.count > 8
  }

  private static func isSame(_ one: String, _ other: String) -> Bool { canonical(one) == canonical(other) }

  private static func canonical(_ url: String) -> String {
    var rest = Substring(url.dropFirst(8))
    while rest.last == "/" { rest.removeLast() }
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    return host.lowercased() + rest.dropFirst(host.count)
  }
}

extension UInt8 {
  fileprivate var isTokenByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~+/".utf8.contains(self)
    }
  }
}
