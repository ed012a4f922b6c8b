/// Identifiers made of random numbers, for Call-IDs and instance ids.
enum RandomIdentifier {
  /// A Call-ID of 128 random bits, without a host, which would tell where we are (RFC 3261, 8.1.1.4).
  static func callID(using random: inout some RandomNumberGenerator) -> String {
    hexadecimal([random.next(), random.next()])
  }

  /// A UUID of version 4 as a URN (RFC 5626, 4.1; RFC 9562, 5.4).
  static func instanceID(using random: inout some RandomNumberGenerator) -> String {
    let high = hexadecimal([random.next() & ~0xf000 | 0x4000])
    let low = hexadecimal([random.next() & ~(3 << 62) | 2 << 62])
    let parts = [
      high.prefix(8), high.dropFirst(8).prefix(4), high.suffix(4), low.prefix(4), low.dropFirst(4),
    ]
    return "urn:uuid:" + parts.joined(separator: "-")
  }

  private static func hexadecimal(_ numbers: [UInt64]) -> String {
    let count = numbers.count * 16
    return String(unsafeUninitializedCapacity: count) { digits in
      for index in 0..<count {
        let nibble = UInt8(truncatingIfNeeded: numbers[index / 16] >> UInt64(60 - index % 16 * 4)) & 15
        digits[index] = nibble < 10 ? nibble + 48 : nibble + 87
      }
      return count
    }
  }
}
