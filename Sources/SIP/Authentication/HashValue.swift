/// The value of a hash function: 16 or 32 bytes, held without an allocation.
package struct HashValue: Hashable, Sendable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0
  private var fourth: UInt64 = 0
  private let wordCount: UInt8

  package var byteCount: Int { Int(wordCount) * 8 }

  /// Takes 16 or 32 bytes.
  package init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 16 || bytes.count == 32, "a hash value has 16 or 32 bytes")
    wordCount = UInt8(bytes.count / 8)
    let word = { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
    first = word(0)
    second = word(1)
    guard wordCount == 4 else { return }
    third = word(2)
    fourth = word(3)
  }

  /// Takes the words of a value of 32 bytes, each with its first byte highest.
  package init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
    self.first = first
    self.second = second
    self.third = third
    self.fourth = fourth
    wordCount = 4
  }

  /// Reads hexadecimal digits in any case; nil unless they are exactly as many as the hash has.
  package init?(hex digits: some Collection<UInt8>, of hash: Hash) {
    guard digits.count == hash.byteCount * 2 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hash.byteCount)
    var high: UInt8?
    for digit in digits {
      guard let nibble = digit.hexDigitValue else { return nil }
      if let first = high {
        bytes.append(first << 4 | nibble)
        high = nil
      } else {
        high = nibble
      }
    }
    self = bytes.withUnsafeBytes { HashValue(bytes: $0) }
  }

  /// The first 16 bytes as two words, each with its first byte highest.
  package var firstWords: (UInt64, UInt64) { (first, second) }

  /// Lends the value as hexadecimal digits in lower case, 32 or 64 of them.
  package func withHexDigits<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: byteCount * 2, alignment: 1) { scratch in
      scratch.write(hex: first, at: 0)
      scratch.write(hex: second, at: 16)
      if wordCount == 4 {
        scratch.write(hex: third, at: 32)
        scratch.write(hex: fourth, at: 48)
      }
      return body(UnsafeRawBufferPointer(scratch))
    }
  }

  package var hexDigits: String { withHexDigits { String(decoding: $0, as: UTF8.self) } }
}
