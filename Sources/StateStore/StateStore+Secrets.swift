import Crypto
public import SIP

extension StateStore {
  /// A keyed hash of credentials, so that a rotation is seen: 32 hexadecimal digits.
  ///
  /// HMAC-SHA-256 under this state's random key, cut to 128 bits, so that neither a secret nor its equality
  /// to one elsewhere can be read out of the state. Nil without credentials, or before the state exists.
  public func secretFingerprint(of credentials: [Credential]) -> String? {
    guard let fingerprintKey, !credentials.isEmpty else { return nil }
    var text: [UInt8] = []
    for credential in credentials { credential.append(to: &text) }
    let code = HMAC<SHA256>.authenticationCode(for: text, using: fingerprintKey)
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    for byte in code.prefix(16) {
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
    part(Array(username.utf8), to: &text)
    part(realm.map { Array($0.utf8) }, to: &text)
    switch proof {
    case .password(let secret):
      text.append(0)
      secret.withBytes { part($0, to: &text) }
    case .ha1(let secret, let algorithm):
      text.append(1)
      part(Array(algorithm.rawValue.utf8), to: &text)
      secret.withBytes { part($0, to: &text) }
    }
    text.append(UInt8(truncatingIfNeeded: algorithms.count))
    for algorithm in algorithms { part(Array(algorithm.rawValue.utf8), to: &text) }
  }

  private func part(_ bytes: [UInt8]?, to text: inout [UInt8]) {
    guard let bytes else {
      text.append(contentsOf: [255, 255, 255, 255])
      return
    }
    let count = UInt32(truncatingIfNeeded: bytes.count)
    for shift in [24, 16, 8, 0] as [UInt32] { text.append(UInt8(truncatingIfNeeded: count >> shift)) }
    text.append(contentsOf: bytes)
  }
}
