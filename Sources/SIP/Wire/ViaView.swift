/// The first value of a Via header (RFC 3261, 20.42; RFC 3581). Valid only while the message's bytes are.
package struct ViaView {
  /// The `rport` parameter.
  package enum ResponsePort: Equatable, Sendable {
    case absent
    /// Without a value, as a request asks for it, or with one that is no port.
    case requested
    case port(UInt16)
  }

  /// The name behind the last `/`, as written.
  package private(set) var transportName: UnsafeRawBufferPointer
  /// The sent-by's host, an IPv6 address in its brackets.
  package private(set) var sentByHost: UnsafeRawBufferPointer
  package private(set) var sentByPort: UInt16?
  package private(set) var branch: UnsafeRawBufferPointer?
  /// As written: an IPv6 address with or without brackets.
  package private(set) var received: UnsafeRawBufferPointer?
  package private(set) var rport = ResponsePort.absent
  /// The whole value.
  package let bytes: UnsafeRawBufferPointer
  /// The offset in `bytes` of the first parameter's `;`, or of white space before it.
  private(set) var parametersStart: Int
  /// The offset in `bytes` after `rport` and its value.
  private(set) var responsePortRange: Range<Int>?
  private(set) var receivedRange: Range<Int>?

  /// nil for a transport that this package does not know.
  package var transport: Transport? {
    for transport in Transport.allCases where transportName.isEqual(ignoringCase: transport.wireName) {
      return transport
    }
    return nil
  }

  /// True if the branch has the magic cookie and something behind it (RFC 3261, 8.1.1.7).
  package var hasUniqueBranch: Bool {
    guard let branch, branch.count > 7 else { return false }
    return branch.slice(0..<7).isEqual(ignoringCase: "z9hG4bK")
  }

  /// Reads one value, trimmed. Returns nil for one that breaks the grammar, an empty parameter included.
  package init?(_ value: UnsafeRawBufferPointer) {
    bytes = value
    var index = 0
    guard value.readToken(at: &index).isEqual(ignoringCase: "SIP"), value.skip(UInt8(ascii: "/"), at: &index),
      value.readToken(at: &index).isEqual(to: "2.0"), value.skip(UInt8(ascii: "/"), at: &index)
    else { return nil }
    transportName = value.readToken(at: &index)
    let blank = index
    index = value.skippingBlanks(from: index)
    guard !transportName.isEmpty, index > blank, let host = value.readHost(at: &index) else { return nil }
    sentByHost = host
    if value.skip(UInt8(ascii: ":"), at: &index) {
      let digits = value.readToken(at: &index)
      guard let port = digits.decimal(UInt16.self), port > 0 else { return nil }
      sentByPort = port
    }
    parametersStart = index
    var reader = ParameterReader(value, from: index)
    while let parameter = reader.next() { take(parameter) }
    if reader.isMalformed || reader.hasEmptyParameter { return nil }
  }

  private mutating func take(_ parameter: ParameterReader.Parameter) {
    let name = parameter.name
    switch name.count {
    case 6 where branch == nil && name.isEqual(ignoringCase: "branch"): branch = parameter.value
    case 5 where rport == .absent && name.isEqual(ignoringCase: "rport"):
      let port = parameter.value?.decimal(UInt16.self) ?? 0
      rport = port > 0 ? .port(port) : .requested
      responsePortRange = parameter.range
    case 8 where received == nil && name.isEqual(ignoringCase: "received"):
      received = parameter.value
      receivedRange = parameter.range
    default: break
    }
  }
}

extension Transport {
  package var wireName: StaticString {
    switch self {
    case .udp: "UDP"
    case .tcp: "TCP"
    case .tls: "TLS"
    case .ws: "WS"
    case .wss: "WSS"
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func readToken(at index: inout Int) -> UnsafeRawBufferPointer {
    let start = skippingBlanks(from: index)
    index = start
    while index < count, self[index].isToken { index += 1 }
    return slice(start..<index)
  }

  /// Passes one separator with the white space on both sides; leaves the offset alone if it is not there.
  fileprivate func skip(_ separator: UInt8, at index: inout Int) -> Bool {
    let next = skippingBlanks(from: index)
    guard next < count, self[next] == separator else { return false }
    index = skippingBlanks(from: next + 1)
    return true
  }

  fileprivate func readHost(at index: inout Int) -> UnsafeRawBufferPointer? {
    let start = index
    if index < count, self[index] == UInt8(ascii: "[") {
      while index < count, self[index] != UInt8(ascii: "]") {
        let byte = self[index]
        let isAddress =
          byte.isASCIIHexDigit || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
          || byte == UInt8(ascii: "[")
        guard isAddress else { return nil }
        index += 1
      }
      guard index < count, index > start + 2 else { return nil }
      index += 1
    } else {
      while index < count, self[index].isHostByte { index += 1 }
    }
    return index > start ? slice(start..<index) : nil
  }
}
