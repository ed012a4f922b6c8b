import SIP

/// The credentials of an Authorization row, as slices of it (RFC 3261, 20.7).
struct DigestCredentials {
  private(set) var username: UnsafeRawBufferPointer
  private(set) var realm: UnsafeRawBufferPointer
  private(set) var nonce: UnsafeRawBufferPointer
  private(set) var uri: UnsafeRawBufferPointer
  private(set) var response: UnsafeRawBufferPointer
  private(set) var algorithm: UnsafeRawBufferPointer?
  private(set) var qop: UnsafeRawBufferPointer?
  private(set) var nonceCount: UnsafeRawBufferPointer?
  private(set) var cnonce: UnsafeRawBufferPointer?

  /// Returns nil for another scheme, a malformed row, or one without what a digest needs.
  init?(_ row: UnsafeRawBufferPointer) {
    var parameters = AuthenticationParameters(row)
    guard let scheme = parameters.firstScheme(), scheme.isEqual(ignoringCase: "Digest") else { return nil }
    let empty = row.slice(0..<0)
    (username, realm, nonce, uri, response) = (empty, empty, empty, empty, empty)
    while let item = parameters.next() {
      guard case .parameter(let name, let value) = item else { return nil }
      take(name, value)
    }
    guard !username.isEmpty, !nonce.isEmpty, !uri.isEmpty, !response.isEmpty else { return nil }
  }

  private mutating func take(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    switch name.count {
    case 2 where name.isEqual(ignoringCase: "nc"): nonceCount = value
    case 3 where name.isEqual(ignoringCase: "uri"): uri = value
    case 3 where name.isEqual(ignoringCase: "qop"): qop = value
    case 5 where name.isEqual(ignoringCase: "realm"): realm = value
    case 5 where name.isEqual(ignoringCase: "nonce"): nonce = value
    case 6 where name.isEqual(ignoringCase: "cnonce"): cnonce = value
    case 8 where name.isEqual(ignoringCase: "username"): username = value
    case 8 where name.isEqual(ignoringCase: "response"): response = value
    case 9 where name.isEqual(ignoringCase: "algorithm"): algorithm = value
    default: break
    }
  }

  /// `nc` as eight hexadecimal digits; 1 for an answer without qop, whose nonce is good only once.
  var count: UInt32? {
    guard qop != nil else { return 1 }
    guard let nonceCount, nonceCount.count == 8 else { return nil }
    var value: UInt32 = 0
    for byte in nonceCount {
      guard let digit = byte.hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  var quality: QualityOfProtection.Answer? {
    guard let qop else { return QualityOfProtection.Answer.none }
    if qop.isEqual(ignoringCase: "auth") { return .auth }
    return qop.isEqual(ignoringCase: "auth-int") ? .authInt : nil
  }
}
