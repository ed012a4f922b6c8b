import ArgumentParser
import SIP

/// A name server, as an option's value: `192.0.2.53`, `127.0.0.1:5353`, `[::1]:53`; never a name, for who would
/// say where that is?
struct NameServerAddress: ExpressibleByArgument, Sendable, Hashable {
  var endpoint: Endpoint

  var defaultValueDescription: String { endpoint.description }

  init?(argument: String) {
    guard let (host, port) = HostPort.split(argument), port != 0 else { return nil }
    switch host {
    case .name: return nil
    case .ipv4, .ipv6: endpoint = Endpoint(address: host, port: port ?? 53)
    }
  }
}
