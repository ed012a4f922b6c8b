import Crypto
public import SIP

extension StateStore {
  /// A keyed hash of credentials, so that a rotation is seen: 32 hexadecimal digits.
  ///
  /// HMAC-SHA-256 under this state's random key, cut to 128 bits, so that neither a secret nor its equality
  /// to one elsewhere can be read out of the state. Nil without credentials, or before the state exists.
  public func secretFingerprint(of credentials: [Credential]) -> String? {
    guard var code = fingerprintCode, !credentials.isEmpty else { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(96 * credentials.count)
    for credential in credentials { credential.append(to: &text) }
    code.update(data: text)
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    for byte in code.finalize().prefix(16) {
      digits.append(hexadecimal[Int(byte >> 4)])
      digits.append(hexadecimal[Int(byte & 15)])
    }
    return String(decoding: digits, as: UTF8.self)
  }
}

private let hexadecimal = Array("0123456789abcdef".utf8)

extension Credential {
  /// Each part with its length before it, so that no two credentials have the same text.
  fileprivate func append(to text: inout [UInt8]) {
    part(username.utf8, to: &text)
    part(realm?.utf8, to: &text)
    switch proof {
    case .password(let secret):
      text.append(0)
      secret.withBytes { part($0, to: &text) }
    case .ha1(let secret, let algorithm):
      text.append(1)
      part(algorithm.rawValue.utf8, to: &text)
      secret.withBytes { part($0, to: &text) }
    case .token(let token):
      text.append(2)
      if !token.isMinted { token.secret.withBytes { part($0, to: &text) } }
    }
    text.append(UInt8(truncatingIfNeeded: algorithms.count))
    for algorithm in algorithms { part(algorithm.rawValue.utf8, to: &text) }
  }

  private func part(_ bytes: (some Collection<UInt8>)?, to text: inout [UInt8]) {
    guard let bytes else {
      for _ in 0..<4 { text.append(255) }
      return
    }
    let count = UInt32(truncatingIfNeeded: bytes.count)
    text.append(UInt8(truncatingIfNeeded: count >> 24))
    text.append(UInt8(truncatingIfNeeded: count >> 16))
    text.append(UInt8(truncatingIfNeeded: count >> 8))
    text.append(UInt8(truncatingIfNeeded: count))
    text.append(contentsOf: bytes)
  }
}
