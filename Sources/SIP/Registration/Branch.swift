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
    guard text.count == 39, text.slice(0..<7).isEqual(to: "z9hG4bK"),
      let exchange = Branch.number(text.slice(7..<15)), let high = Branch.number(text.slice(15..<31)),
      let low = Branch.number(text.slice(31..<39))
    else { return nil }
    self.exchange = UInt32(exchange)
    self.high = high
    self.low = UInt32(low)
  }

  /// Appends the branch as it stands in a Via.
  package func append(to message: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { digits in
      // Eight, sixteen and eight digits in a row are two words.
      digits.write(hex: UInt64(exchange) << 32 | high >> 32, at: 0)
      digits.write(hex: high << 32 | UInt64(low), at: 16)
      message.append(literal: "z9hG4bK")
      message.append(contentsOf: UnsafeRawBufferPointer(digits))
    }
  }

  private static func number(_ digits: UnsafeRawBufferPointer) -> UInt64? {
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexDigitValue else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }
}
