/// One value of a Contact header: the URI and the parameters that a registration reads.
///
/// Parameters behind `>` belong to the header, and so do those of a URI without brackets (RFC 3261, 20.10).
/// Of a parameter that stands there twice the first counts. Valid only while the message's bytes are.
package struct ContactView {
  package private(set) var address: NameAddressView
  /// `expires` in seconds, a number too large clamped to the largest; nil if absent or malformed.
  package private(set) var expires: UInt32?
  /// True for an `expires` that is no number.
  package private(set) var isExpiresMalformed = false
  /// `q` in thousandths, 0 to 1000; nil if absent or malformed.
  package private(set) var q: UInt16?
  /// `+sip.instance` without its quotes, its angle brackets kept (RFC 5626, 4.1).
  package private(set) var instance: UnsafeRawBufferPointer?
  /// `reg-id` (RFC 5626, 4.2); nil if absent or malformed.
  package private(set) var registrationID: UInt32?
  /// `pub-gruu` without its quotes (RFC 5627, 4.2).
  package private(set) var publicGRUU: UnsafeRawBufferPointer?
  /// `temp-gruu` without its quotes.
  package private(set) var temporaryGRUU: UnsafeRawBufferPointer?
  /// True for `*`, which means all bindings in a request and nothing in a response (RFC 3261, 10.2.2).
  package let isWildcard: Bool

  package var uri: UnsafeRawBufferPointer { address.uri }
  package var displayName: String? { address.displayName }
  package var parameters: UnsafeRawBufferPointer { address.parameters }

  /// Reads one value, trimmed. Returns nil for one that cannot be read for certain.
  package init?(_ value: UnsafeRawBufferPointer) {
    if value.isEqual(to: "*") {
      address = NameAddressView(wildcard: value)
      isWildcard = true
      return
    }
    guard let address = NameAddressView(value) else { return nil }
    self.address = address
    isWildcard = false
    var seen: UInt8 = 0
    var reader = ParameterReader(address.parameters)
    while let parameter = reader.next() { take(parameter, &seen) }
    if reader.isMalformed { return nil }
  }

  private mutating func take(_ parameter: ParameterReader.Parameter, _ seen: inout UInt8) {
    let name = parameter.name
    let value = parameter.value ?? name.slice(0..<0)
    let bit: UInt8
    switch name.count {
    case 1 where name.isEqual(ignoringCase: "q"): bit = 1
    case 6 where name.isEqual(ignoringCase: "reg-id"): bit = 2
    case 7 where name.isEqual(ignoringCase: "expires"): bit = 4
    case 8 where name.isEqual(ignoringCase: "pub-gruu"): bit = 8
    case 9 where name.isEqual(ignoringCase: "temp-gruu"): bit = 16
    case 13 where name.isEqual(ignoringCase: "+sip.instance"): bit = 32
    default: return
    }
    guard seen & bit == 0 else { return }
    seen |= bit
    switch bit {
    case 1: q = value.qValue
    case 2: registrationID = value.decimal()
    case 4:
      expires = value.clampedDecimal
      isExpiresMalformed = expires == nil
    case 8: publicGRUU = value.withoutQuotes
    case 16: temporaryGRUU = value.withoutQuotes
    default: instance = value.withoutQuotes
    }
  }
}

extension NameAddressView {
  fileprivate init(wildcard: UnsafeRawBufferPointer) {
    uri = wildcard
    parameters = wildcard.slice(from: wildcard.count)
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes between quotes, or the whole of a value that has none.
  package var withoutQuotes: UnsafeRawBufferPointer {
    guard count >= 2, first == UInt8(ascii: "\""), last == UInt8(ascii: "\"") else { return self }
    return slice(1..<count - 1)
  }

  /// `qvalue` in thousandths: `0`, `0.x`, `1`, `1.000`, with at most three decimals.
  fileprivate var qValue: UInt16? {
    guard (1...5).contains(count), self[0] == 0x30 || self[0] == 0x31 else { return nil }
    var value = UInt16(self[0] - 0x30) * 1000
    if count > 1, self[1] != UInt8(ascii: ".") { return nil }
    var weight: UInt16 = 100
    for index in stride(from: 2, to: count, by: 1) {
      guard self[index].isASCIIDigit else { return nil }
      value += UInt16(self[index] - 0x30) * weight
      weight /= 10
    }
    return value <= 1000 ? value : nil
  }
}
