import SIP

/// `host` or `host:port`, with an IPv6 address in brackets.
enum HostPort {
  static func split(_ text: String) -> (Host, UInt16?)? {
    if let host = Host(text) { return (host, nil) }
    guard let colon = text.lastIndex(of: ":"), let host = Host(text[..<colon]),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    return (host, port)
  }
}
