/// An IPv4 address as a number in host order.
public struct IPv4Address: Hashable, Sendable {
  public var value: UInt32

  public init(value: UInt32) { self.value = value }

  /// Parses exactly four decimal octets; leading zeros are read as decimal (RFC 3261, 25.1).
  public init?(_ text: some StringProtocol) {
    let address = Array(text.utf8).withUnsafeBytes { IPv4Address($0) }
    guard let address else { return nil }
    self = address
  }

  /// Parses an address from the wire.
  package init?(_ text: UnsafeRawBufferPointer) {
    var address: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var octets = 1
    for byte in text {
      if byte == UInt8(ascii: ".") {
        guard digits > 0, octets < 4 else { return nil }
        address = address << 8 | octet
        octets += 1
        octet = 0
        digits = 0
      } else {
        guard byte.isASCIIDigit, digits < 3 else { return nil }
        octet = octet * 10 + UInt32(byte - 0x30)
        guard octet <= 255 else { return nil }
        digits += 1
      }
    }
    guard octets == 4, digits > 0 else { return nil }
    value = address << 8 | octet
  }

  public var isLoopback: Bool { value >> 24 == 127 }

  /// Private (RFC 1918), shared (RFC 6598) and link-local ranges.
  public var isPrivate: Bool {
    value >> 24 == 10 || value >> 20 == 0xac1 || value >> 16 == 0xc0a8 || value >> 22 == 0x191
      || value >> 16 == 0xa9fe
  }

  /// Neither multicast, broadcast nor unspecified.
  public var isUnicast: Bool { value != 0 && value >> 28 < 0xe }
}

extension IPv4Address: CustomStringConvertible {
  public var description: String {
    "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
  }
}

/// An IPv6 address as its two halves in host order, without a zone.
public struct IPv6Address: Hashable, Sendable {
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Parses the text forms of RFC 4291, 2.2, the one that ends in four decimal octets included.
  ///
  /// The text has no brackets. A zone (`%eth0`) has no place in SIP, and is refused.
  public init?(_ text: some StringProtocol) {
    let address = Array(text.utf8).withUnsafeBytes { IPv6Address($0) }
    guard let address else { return nil }
    self = address
  }

  /// Parses an address from the wire, without brackets.
  package init?(_ text: UnsafeRawBufferPointer) {
    // The groups before `::` fill the address from the top, those behind it from the bottom.
    var top: UInt128 = 0
    var bottom: UInt128 = 0
    var topGroups = 0
    var bottomGroups = 0
    var hasGap = false
    var index = 0
    if text.count >= 2, text[0] == UInt8(ascii: ":") {
      guard text[1] == UInt8(ascii: ":") else { return nil }
      hasGap = true
      index = 2
    }
    while index < text.count {
      guard let part = IPv6Address.group(in: text, at: index) else { return nil }
      if hasGap {
        bottom = bottom << UInt128(part.groups * 16) | part.value
        bottomGroups += part.groups
      } else {
        top = top << UInt128(part.groups * 16) | part.value
        topGroups += part.groups
      }
      guard topGroups + bottomGroups <= 8 else { return nil }
      index = part.end
      guard index < text.count else { break }
      index += 1
      guard index < text.count else { return nil }
      if text[index] == UInt8(ascii: ":") {
        guard !hasGap else { return nil }
        hasGap = true
        index += 1
        // The grammar of RFC 3261 allows `:::` before four octets, and RFC 5118, 4.10 wants it read as `::`.
        let isOctets = index < text.count && IPv4Address(text.slice(from: index + 1)) != nil
        if isOctets, text[index] == UInt8(ascii: ":") { index += 1 }
      }
    }
    let groups = topGroups + bottomGroups
    guard hasGap ? groups < 8 : groups == 8 else { return nil }
    let value = topGroups == 0 ? bottom : top << UInt128((8 - topGroups) * 16) | bottom
    high = UInt64(truncatingIfNeeded: value >> 64)
    low = UInt64(truncatingIfNeeded: value)
  }

  /// Four hexadecimal digits at most, or at the very end four decimal octets, which are two groups.
  private static func group(
    in text: UnsafeRawBufferPointer,
    at start: Int
  ) -> (value: UInt128, groups: Int, end: Int)? {
    var end = start
    var value: UInt128 = 0
    while end < text.count, text[end] != UInt8(ascii: ":") {
      if text[end] == UInt8(ascii: ".") {
        return IPv4Address(text.slice(from: start)).map { (UInt128($0.value), 2, text.count) }
      }
      guard end - start < 4, let digit = text[end].hexDigitValue else { return nil }
      value = value << 4 | UInt128(digit)
      end += 1
    }
    return end > start ? (value, 1, end) : nil
  }

  public var isLoopback: Bool { high == 0 && low == 1 }
  public var isUnspecified: Bool { high == 0 && low == 0 }
}

extension IPv6Address: CustomStringConvertible {
  /// The canonical text of RFC 5952: lower case, the longest run of zero groups as `::`.
  public var description: String {
    if high == 0, low >> 32 == 0xffff {
      return "::ffff:\(IPv4Address(value: UInt32(truncatingIfNeeded: low)))"
    }
    let groups = [high, low].flatMap { half in
      [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
    }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, best.count) { best = start..<end }
      start = max(end, start + 1)
    }
    let text = { (range: Range<Int>) in
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
  }
}
