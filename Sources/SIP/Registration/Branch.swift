/// The Via branch of one of our transactions: the magic cookie, the number of the exchange it belongs to, and
/// 96 random bits (RFC 3261, 8.1.1.7).
///
/// The number makes finding the transaction of an answer one array access; the random bits, which must match
/// too, make the branch impossible to guess and unique over restarts.
package struct Branch: Hashable, Sendable {
  package let exchange: UInt32
  private let high: UInt64
  private let low: UInt32

  package init(exchange: UInt32, using random: inout some RandomNumberGenerator) {
    self.exchange = exchange
    high = random.next()
    low = UInt32(truncatingIfNeeded: random.next())
  }

  /// Reads a branch that an answer carries; nil for any that we did not make.
  package init?(_ text: UnsafeRawBufferPointer) {
    guard text.count == 39, text.prefix(7).elementsEqual("z9hG4bK".utf8),
      let exchange = Branch.number(text[7..<15]), let high = Branch.number(text[15..<31]),
      let low = Branch.number(text[31..<39])
    else { return nil }
    self.exchange = UInt32(exchange)
    self.high = high
    self.low = UInt32(low)
  }

  /// Appends the branch as it stands in a Via.
  package func append(to message: inout [UInt8]) {
    message.append(contentsOf: "z9hG4bK".utf8)
    Branch.appendHexadecimal(UInt64(exchange), digits: 8, to: &message)
    Branch.appendHexadecimal(high, digits: 16, to: &message)
    Branch.appendHexadecimal(UInt64(low), digits: 8, to: &message)
  }

  private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexDigitValue else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  private static func appendHexadecimal(_ value: UInt64, digits: Int, to message: inout [UInt8]) {
    for position in (0..<digits).reversed() {
      let digit = UInt8(value >> UInt64(position * 4) & 15)
      message.append(digit < 10 ? digit + 0x30 : digit - 10 + 0x61)
    }
  }
}
