/// Reading raw message bytes: slices, comparison and numbers, without a copy.
extension UnsafeRawBufferPointer {
  /// The bytes of a range of offsets, with offsets that begin at 0 again.
  package func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range])
  }

  package func slice(from start: Int) -> UnsafeRawBufferPointer { slice(start..<count) }

  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  package var text: String { String(decoding: self, as: UTF8.self) }

  package func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[index] != other[index] { return false }
    return true
  }

  package func isEqual(to text: StaticString) -> Bool {
    text.withUTF8Buffer { isEqual(to: UnsafeRawBufferPointer($0)) }
  }

  package func isEqual(to other: [UInt8]) -> Bool {
    other.withUnsafeBytes { isEqual(to: $0) }
  }

  package func isEqual(to text: String) -> Bool {
    var text = text
    return text.withUTF8 { isEqual(to: UnsafeRawBufferPointer($0)) }
  }

  /// Compares without regard to the case of ASCII letters.
  package func isEqual(ignoringCase text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let other = text.utf8Start
    for index in 0..<count where self[index].asciiLowercased != other[index].asciiLowercased { return false }
    return true
  }

  /// Compares two tokens without regard to case: letters that differ in bit 5 only, and in a token nothing
  /// else does.
  func isEqualToken(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let other = text.utf8Start
    var difference: UInt8 = 0
    for index in 0..<count { difference |= self[index] ^ other[index] }
    return difference & ~0x20 == 0
  }

  /// The offset of the first CR or LF, looked for eight bytes at a time.
  func firstLineEnd(from start: Int) -> Int? {
    var index = start
    while index + 8 <= count {
      let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let lineFeeds = word ^ 0x0a0a_0a0a_0a0a_0a0a
      let returns = word ^ 0x0d0d_0d0d_0d0d_0d0d
      let ones: UInt64 = 0x0101_0101_0101_0101
      let found = ((lineFeeds &- ones) & ~lineFeeds | (returns &- ones) & ~returns) & (ones << 7)
      if found != 0 { break }
      index += 8
    }
    while index < count {
      if self[index] == 0x0a || self[index] == 0x0d { return index }
      index += 1
    }
    return nil
  }

  /// Without SP and HT at both ends.
  package var trimmed: UnsafeRawBufferPointer {
    var start = 0
    var end = count
    while start < end, self[start].isBlank { start += 1 }
    while end > start, self[end - 1].isBlank { end -= 1 }
    return slice(start..<end)
  }

  /// The value of one or more decimal digits and nothing else; nil for a sign, a blank or an overflow.
  package func decimal<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    guard count > 0 else { return nil }
    var value: Number = 0
    for byte in self {
      guard byte.isASCIIDigit else { return nil }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(Number(byte &- 0x30))
      if tooLarge || overflow { return nil }
      value = sum
    }
    return value
  }

  /// Like `decimal`, with a number too large read as the largest there is.
  package var clampedDecimal: UInt32? {
    guard count > 0 else { return nil }
    var value: UInt32 = 0
    for byte in self {
      guard byte.isASCIIDigit else { return nil }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(UInt32(byte &- 0x30))
      value = tooLarge || overflow || value == .max ? .max : sum
    }
    return value
  }

  /// The offset after the quoted string that begins at an offset; nil if it never ends.
  package func endOfQuotedString(at start: Int) -> Int? {
    var index = start + 1
    while index < count {
      switch self[index] {
      case UInt8(ascii: "\\"): index += 2
      case UInt8(ascii: "\""): return index + 1
      default: index += 1
      }
    }
    return nil
  }

  /// The offset of the first byte that is neither SP nor HT.
  package func skippingBlanks(from start: Int) -> Int {
    var index = start
    while index < count, self[index].isBlank { index += 1 }
    return index
  }
}
