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
    var total = 0
    var digits = 0
    var count = 0
    // How long the last unit was: each is shorter than the one before.
    var longest = Int.max
    for byte in text {
      if byte &- 0x30 < 10 {
        count = count * 10 + Int(byte - 0x30)
        guard count <= UInt32.max else { return nil }
        digits += 1
        continue
      }
      guard digits > 0, let unit = unit(byte), unit < longest else { return nil }
      total += count * unit
      (longest, digits, count) = (unit, 0, 0)
    }
    return digits == 0 ? UInt32(exactly: total) : nil
  }

  /// The seconds of a unit.
  private static func unit(_ letter: UInt8) -> Int? {
    switch letter {
    case UInt8(ascii: "d"): 86_400
    case UInt8(ascii: "h"): 3600
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "s"): 1
    default: nil
    }
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
