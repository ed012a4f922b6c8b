/// An IPv4 address as a number in host order.
public struct IPv4Address: Hashable, Sendable {
  public var value: UInt32

  public init(value: UInt32) { self.value = value }

  /// Parses exactly four decimal octets; leading zeros are read as decimal (RFC 3261, 25.1).
  public init?(_ text: some StringProtocol) {
    var value: UInt32 = 0
    var octets = 0
    for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...3).contains(part.count), part.allSatisfy({ $0.isASCIIDigit }) else { return nil }
      let octet = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
      guard octet <= 255, octets < 4 else { return nil }
      value = value << 8 | octet
      octets += 1
    }
    guard octets == 4 else { return nil }
    self.value = value
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
    var groups: [UInt16] = []
    var gap: Int?
    var rest = Substring(text)
    if rest.hasPrefix("::") {
      gap = 0
      rest = rest.dropFirst(2)
    } else if rest.hasPrefix(":") {
      return nil
    }
    while !rest.isEmpty {
      let part = rest.prefix { $0 != ":" }
      rest = rest.dropFirst(part.count)
      if part.utf8.contains(UInt8(ascii: ".")) {
        guard rest.isEmpty, let tail = IPv4Address(part) else { return nil }
        groups += [UInt16(tail.value >> 16), UInt16(truncatingIfNeeded: tail.value)]
        break
      }
      guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0.isASCIIHexDigit }),
        let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
      if rest.hasPrefix("::") {
        guard gap == nil else { return nil }
        gap = groups.count
        rest = rest.dropFirst(2)
      } else if !rest.isEmpty {
        rest = rest.dropFirst()
        guard !rest.isEmpty else { return nil }
      }
    }
    if let gap {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    high = groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) }
    low = groups[4..<8].reduce(0) { $0 << 16 | UInt64($1) }
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
