import SIP

/// A stable 128-bit fingerprint of all fields of an account, secrets left out.
///
/// It is the first half of a SHA-256 over a canonical text, the same on every machine and in every version
/// that has the same fields. Equal accounts have equal fingerprints.
public struct AccountFingerprint: Sendable, Hashable {
  package private(set) var high: UInt64
  package private(set) var low: UInt64

  public init(_ account: Account) {
    var text = CanonicalText()
    self.init(account, using: &text)
  }

  /// Fingerprints many accounts with one buffer, which is emptied first.
  package init(_ account: Account, using text: inout CanonicalText) {
    text.removeAll()
    text.append(account)
    (high, low) = text.hash.firstWords
  }

  /// Puts the two halves together again.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads back 16 bytes; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The 16 bytes, most significant first.
  public var bytes: [UInt8] {
    [high, low].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

}

extension AccountFingerprint: CustomStringConvertible {
  /// 32 hexadecimal digits.
  public var description: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
