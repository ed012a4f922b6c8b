/// Why a text is no SIP URI. Each case carries what a message to a person needs.
public enum SIPURIError: Error, Hashable, Sendable {
  /// Not `sip:` or `sips:`; the scheme as written, empty where there is none.
  case scheme(String)
  /// A character that may not stand there; the part, and the byte's offset in the text.
  case character(part: String, offset: Int)
  /// A `%` that two hexadecimal digits do not follow.
  case escape(offset: Int)
  case emptyUser
  /// Neither a name, an IPv4 address nor an IPv6 address in brackets.
  case host(String)
  /// An IPv6 address without its brackets.
  case bracketsMissing(String)
  /// Empty, not a number, 0 or over 65535.
  case port(String)
}

extension SIPURI {
  /// Parses a URI by the grammar of RFC 3261, 25.1; of its rules only one is relaxed: a parameter's value may
  /// be empty.
  ///
  /// Everything that is legal unescaped stays as written; nothing is decoded.
  public init(parsing text: some StringProtocol) throws(SIPURIError) {
    try self.init(parsing: Array(text.utf8)[...])
  }

  /// Parses a URI from owned bytes.
  package init(parsing bytes: ArraySlice<UInt8>) throws(SIPURIError) {
    let result: Result<SIPURI, SIPURIError> = bytes.withUnsafeBytes { raw in
      Result { () throws(SIPURIError) in try SIPURI(parsing: raw) }
    }
    self = try result.get()
  }

  /// Parses a URI from the wire.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(SIPURIError) {
    self.init(try SIPURIView(bytes))
  }

  /// Copies a URI that was checked in place.
  package init(_ view: SIPURIView) {
    let text = { (range: Range<Int>) in view.bytes.slice(range).text }
    let host: Host =
      switch view.host {
      case .name: .name(text(view.hostRange))
      case .ipv4(let address): .ipv4(address)
      case .ipv6(let address): .ipv6(address)
      }
    self.init(
      scheme: view.scheme,
      user: view.user.map(text),
      password: view.password.map(text),
      host: host,
      port: view.port,
      parameters: SIPURI.fields(view.bytes.slice(view.parameters).dropFirst(), separator: UInt8(ascii: ";")),
      headers: SIPURI.fields(view.bytes.slice(view.headers)[...], separator: UInt8(ascii: "&"))
    )
  }

  private static func fields(_ bytes: Slice<UnsafeRawBufferPointer>, separator: UInt8) -> [Field] {
    guard !bytes.isEmpty else { return [] }
    return bytes.split(separator: separator).map { part in
      let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      let name = String(decoding: part[..<equals], as: UTF8.self)
      guard equals < part.endIndex else { return Field(name) }
      return Field(name, String(decoding: part[(equals + 1)...], as: UTF8.self))
    }
  }
}
