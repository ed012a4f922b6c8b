import ArgumentParser
import SIP

/// What contacts show in place of our own address: a host, or `host:port`.
struct AdvertisedAddress: ExpressibleByArgument, Sendable, Hashable {
  var host: Host
  var port: UInt16?

  init?(argument: String) {
    guard let (host, port) = HostPort.split(argument) else { return nil }
    self.host = host
    self.port = port
  }
}

/// An address to bind, as an option's value: `192.0.2.1:5060`, `[::1]:0`, or without a port for a free one.
struct BindAddress: ExpressibleByArgument, Sendable, Hashable {
  var endpoint: Endpoint

  init?(argument: String) {
    guard let (host, port) = HostPort.split(argument) else { return nil }
    if case .name(let name) = host, name.lowercased() != "localhost" { return nil }
    let address = if case .name = host { Host.ipv4(IPv4Address("127.0.0.1")!) } else { host }
    endpoint = Endpoint(address: address, port: port ?? 0)
  }
}

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
