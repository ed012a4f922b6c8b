/// Numbers and durations as manifests write them.
enum Quantity {
  /// Decimal digits only: no sign, no fraction, no other base.
  static func integer(_ text: some Collection<UInt8>) -> Int? {
    guard !text.isEmpty else { return nil }
    var value = 0
    for byte in text {
      guard byte &- 0x30 < 10 else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowed) = product.addingReportingOverflow(Int(byte - 0x30))
      guard !overflow, !overflowed else { return nil }
      value = sum
    }
    return value
  }

  /// Digits alone are seconds; else numbers with `d`, `h`, `m`, `s`, each unit once and the larger first.
  static func seconds(_ text: ArraySlice<UInt8>) -> UInt32? {
    if text.isEmpty { return nil }
    if let plain = integer(text) { return UInt32(exactly: plain) }
    let units: [(letter: UInt8, seconds: Int)] = [
      (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
    ]
    var rest = text
    var total = 0
    var next = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0 &- 0x30 < 10 }
      guard let count = integer(digits), count <= UInt32.max, let letter = rest.dropFirst(digits.count).first,
        let unit = units[next...].firstIndex(where: { $0.letter == letter })
      else { return nil }
      total += count * units[unit].seconds
      next = unit + 1
      rest = rest.dropFirst(digits.count + 1)
    }
    return UInt32(exactly: total)
  }

  /// `30%`, from 0 to 100.
  static func percent(_ text: ArraySlice<UInt8>) -> Int? {
    guard text.last == UInt8(ascii: "%"), let value = integer(text.dropLast()), value <= 100 else {
      return nil
    }
    return value
  }

  /// A preference from 0 to 1 with at most three decimals (RFC 3261, 25.1: qvalue).
  static func isPreference(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1") else {
      return false
    }
    let rest = text.dropFirst()
    guard !rest.isEmpty else { return true }
    guard rest.first == UInt8(ascii: "."), rest.count <= 4 else { return false }
    return rest.dropFirst().allSatisfy { byte in
      first == UInt8(ascii: "1") ? byte == UInt8(ascii: "0") : byte &- 0x30 < 10
    }
  }
}
