import ArgumentParser
import SIP

/// An address to bind, as an option's value: `192.0.2.1:5060`, `[::1]:0`, or without a port for a free one.
struct BindAddress: ExpressibleByArgument, Sendable, Hashable {
  var endpoint: Endpoint

  static let rule =
    "it is an address of this machine with a port, such as 192.0.2.1:5060, [2001:db8::1]:5060 or "
    + "localhost:0; port 0, or none, takes a free one"

  var defaultValueDescription: String { endpoint.description }

  init?(argument: String) {
    guard let (host, port) = HostPort.split(argument) else { return nil }
    if case .name(let name) = host, name.lowercased() != "localhost" { return nil }
    let address = if case .name = host { Host.ipv4(IPv4Address("127.0.0.1")!) } else { host }
    endpoint = Endpoint(address: address, port: port ?? 0)
  }
}
