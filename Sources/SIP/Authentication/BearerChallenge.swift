/// A challenge for a bearer token (RFC 8898, 4). Everything in it is optional to a reader.
package struct BearerChallenge: Equatable, Sendable {
  package var realm: String?
  package var scope: String?
  /// Where a token is to be had. It is compared, and never connected to.
  package var authzServer: String?
  /// Why the token that was sent is refused, such as `invalid_token`.
  package var error: String?

  package init(
    realm: String? = nil,
    scope: String? = nil,
    authzServer: String? = nil,
    error: String? = nil
  ) {
    self.realm = realm
    self.scope = scope
    self.authzServer = authzServer
    self.error = error
  }

  /// Of a parameter that stands twice the first counts.
  mutating func take(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    if name.equalsIgnoringCase("realm") {
      realm = realm ?? BearerChallenge.text(value)
    } else if name.equalsIgnoringCase("scope") {
      scope = scope ?? BearerChallenge.text(value)
    } else if name.equalsIgnoringCase("authz_server") {
      authzServer = authzServer ?? BearerChallenge.text(value)
    } else if name.equalsIgnoringCase("error") {
      error = error ?? BearerChallenge.text(value)
    }
  }

  private static func text(_ value: UnsafeRawBufferPointer) -> String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in value.prefix(1024) {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        bytes.append(byte)
        isEscaped = false
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
