/// A SIP or SIPS URI checked in place by the grammar of RFC 3261, 25.1; nothing is decoded or copied.
///
/// Valid only while the bytes are.
package struct SIPURIView {
  package let bytes: UnsafeRawBufferPointer
  package private(set) var scheme = SIPURI.Scheme.sip
  package private(set) var user: Range<Int>?
  package private(set) var password: Range<Int>?
  /// An IPv6 address with its brackets.
  package private(set) var hostRange = 0..<0
  package private(set) var host: HostView = .name
  package private(set) var port: UInt16?
  /// From the first `;`.
  package private(set) var parameters = 0..<0
  /// Behind the `?`.
  package private(set) var headers = 0..<0

  /// What kind of host stands there; the text of a name is at `hostRange`.
  package enum HostView: Equatable, Sendable {
    case name
    case ipv4(IPv4Address)
    case ipv6(IPv6Address)
  }

  /// Checks a URI. Offsets in errors count from its first byte.
  package init(_ bytes: UnsafeRawBufferPointer) throws(SIPURIError) {
    self.bytes = bytes
    let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? 0
    let name = bytes.slice(0..<colon)
    if name.isEqual(ignoringCase: "sip") {
      scheme = .sip
    } else if name.isEqual(ignoringCase: "sips") {
      scheme = .sips
    } else {
      throw .scheme(name.text)
    }
    var rest = colon + 1
    // The user part may hold `;`, `?` and `/`, so the `@` is what ends it; none may stand behind it.
    if let at = bytes[rest...].firstIndex(of: UInt8(ascii: "@")) {
      try parseUser(rest..<at)
      rest = at + 1
    }
    let end = bytes[rest...].firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "?") } ?? bytes.count
    try parseHost(rest..<end)
    let question = bytes[end...].firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
    parameters = end..<question
    try checkParameters()
    guard question < bytes.count else { return }
    headers = question + 1..<bytes.count
    try checkHeaders()
  }

  private mutating func parseUser(_ range: Range<Int>) throws(SIPURIError) {
    let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")) ?? range.upperBound
    guard colon > range.lowerBound else { throw .emptyUser }
    try check(range.lowerBound..<colon, part: "user") { $0.isUnreserved || $0.isUserUnreserved }
    user = range.lowerBound..<colon
    guard colon < range.upperBound else { return }
    try check(colon + 1..<range.upperBound, part: "password") { $0.isUnreserved || $0.isPasswordUnreserved }
    password = colon + 1..<range.upperBound
  }

  private mutating func parseHost(_ range: Range<Int>) throws(SIPURIError) {
    let whole = bytes.slice(range)
    if whole.first != UInt8(ascii: "["), IPv6Address(whole) != nil { throw .bracketsMissing(whole.text) }
    let close = bytes[range].firstIndex(of: UInt8(ascii: "]")) ?? range.lowerBound
    let colon = bytes[close..<range.upperBound].firstIndex(of: UInt8(ascii: ":")) ?? range.upperBound
    hostRange = range.lowerBound..<colon
    guard let kind = HostView(bytes.slice(hostRange)) else { throw .host(bytes.slice(hostRange).text) }
    host = kind
    guard colon < range.upperBound else { return }
    let digits = bytes.slice(colon + 1..<range.upperBound)
    guard digits.count <= 5, let number = digits.decimal(UInt16.self), number > 0 else {
      throw .port(digits.text)
    }
    port = number
  }

  private func checkParameters() throws(SIPURIError) {
    var index = parameters.lowerBound
    while index < parameters.upperBound {
      let end =
        bytes[index + 1..<parameters.upperBound].firstIndex(of: UInt8(ascii: ";")) ?? parameters.upperBound
      let equals = bytes[index + 1..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
      guard equals > index + 1 else { throw .character(part: "parameter", offset: min(equals, index + 1)) }
      try check(index + 1..<equals, part: "parameter") { $0.isUnreserved || $0.isParameterUnreserved }
      if equals < end {
        try check(equals + 1..<end, part: "parameter") { $0.isUnreserved || $0.isParameterUnreserved }
      }
      index = end
    }
  }

  private func checkHeaders() throws(SIPURIError) {
    var index = headers.lowerBound
    while true {
      let end = bytes[index..<headers.upperBound].firstIndex(of: UInt8(ascii: "&")) ?? headers.upperBound
      guard let equals = bytes[index..<end].firstIndex(of: UInt8(ascii: "=")), equals > index else {
        throw .character(part: "header", offset: index)
      }
      try check(index..<equals, part: "header") { $0.isUnreserved || $0.isHeaderUnreserved }
      try check(equals + 1..<end, part: "header") { $0.isUnreserved || $0.isHeaderUnreserved }
      guard end < headers.upperBound else { return }
      index = end + 1
    }
  }

  private func check(
    _ range: Range<Int>,
    part: String,
    _ allowed: (UInt8) -> Bool
  ) throws(SIPURIError) {
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < range.upperBound, bytes[index + 1].isASCIIHexDigit, bytes[index + 2].isASCIIHexDigit
        else { throw .escape(offset: index) }
        index += 3
      } else {
        guard allowed(bytes[index]) else { throw .character(part: part, offset: index) }
        index += 1
      }
    }
  }
}

extension SIPURIView.HostView {
  /// Reads a host as it stands in a URI; nil for one that is none of the three.
  package init?(_ text: UnsafeRawBufferPointer) {
    if text.first == UInt8(ascii: "[") {
      guard text.count > 2, text.last == UInt8(ascii: "]"),
        let address = IPv6Address(text.slice(1..<text.count - 1))
      else { return nil }
      self = .ipv6(address)
    } else if let address = IPv4Address(text) {
      self = .ipv4(address)
    } else {
      guard text.isHostName else { return nil }
      self = .name
    }
  }
}

extension UnsafeRawBufferPointer {
  /// `hostname` of RFC 3261, 25.1, with the underscore that deployed names use; a last label that is all
  /// digits would be an address gone wrong (`10.0.0.256`).
  fileprivate var isHostName: Bool {
    guard count > 0, count <= 253 else { return false }
    var start = 0
    var isNumber = false
    while start < count {
      var end = start
      isNumber = true
      while end < count, self[end] != UInt8(ascii: ".") {
        let byte = self[end]
        guard byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") else {
          return false
        }
        isNumber = isNumber && byte.isASCIIDigit
        end += 1
      }
      guard end > start, end - start <= 63, self[start] != UInt8(ascii: "-"),
        self[end - 1] != UInt8(ascii: "-")
      else { return false }
      start = end + 1
    }
    return !isNumber
  }
}
