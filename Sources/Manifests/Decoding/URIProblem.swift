import SIP

/// Words for why a text is no SIP URI, and what to write instead.
enum URIProblem {
  static func message(_ problem: SIPURIError, _ what: String) -> String {
    switch problem {
    case .scheme(""): "`\(what)` must be a SIP URI, such as sip:alice@example.com"
    case .scheme(let scheme):
      "`\(what)` must be a SIP URI (sip: or sips:); `\(scheme):` cannot be registered"
    case .character(let part, let offset):
      "`\(what)` is no SIP URI: the \(part) at character \(offset + 1) is not allowed there; escape it as %XX"
    case .escape(let offset):
      "`\(what)` is no SIP URI: two hexadecimal digits must follow the `%` at character \(offset + 1)"
    case .emptyUser: "`\(what)` is no SIP URI: nothing stands before the `@`"
    case .host(let host): hostMessage(host, what)
    case .bracketsMissing(let address):
      "`\(what)` is no SIP URI: an IPv6 address stands in brackets; write [\(address)]"
    case .port(""): "`\(what)` is no SIP URI: no port follows the `:`"
    case .port(let port): "`\(what)` is no SIP URI: `\(port)` is no port from 1 to 65535"
    }
  }

  private static func hostMessage(_ host: String, _ what: String) -> String {
    if host.isEmpty { return "`\(what)` is no SIP URI: it has no host" }
    if host.utf8.contains(where: { $0 >= 0x80 }) {
      return "`\(what)` is no SIP URI: write the host `\(host)` in its ASCII form (xn--…)"
    }
    if host.contains("%") { return "`\(what)` is no SIP URI: a host has no escapes, and an address no zone" }
    return
      "`\(what)` is no SIP URI: `\(host)` is neither a name, an IPv4 address nor an IPv6 address in brackets"
  }
}
