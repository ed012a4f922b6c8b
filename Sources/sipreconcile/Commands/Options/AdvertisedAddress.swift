import ArgumentParser
import SIP

/// What contacts show in place of our own address: a host, or `host:port`.
struct AdvertisedAddress: ExpressibleByArgument, Sendable, Hashable {
  static let rule =
    "it is a name or an address, with a port or without, such as pbx.example.com, 192.0.2.1:5060 or [2001:db8::1]"

  var host: Host
  var port: UInt16?

  init?(argument: String) {
    guard let (host, port) = HostPort.split(argument) else { return nil }
    self.host = host
    self.port = port
  }
}
