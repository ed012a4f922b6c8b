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
