import ArgumentParser
import SIP

/// An address to listen at, as an option's value: `127.0.0.1:5060` for UDP, `tcp:127.0.0.1:5060`, `tls:[::1]:0`.
struct ListenAddress: ExpressibleByArgument, Sendable, Hashable {
  var transport: Transport
  var endpoint: Endpoint

  init(_ transport: Transport, _ endpoint: Endpoint) {
    self.transport = transport
    self.endpoint = endpoint
  }

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    // No address begins like a transport: a name other than `localhost` is none.
    if parts.count == 2, let transport = Transport(name: parts[0]) {
      guard let address = BindAddress(argument: String(parts[1])) else { return nil }
      self.init(transport, address.endpoint)
    } else {
      guard let address = BindAddress(argument: argument) else { return nil }
      self.init(.udp, address.endpoint)
    }
  }

  var defaultValueDescription: String { description }
}

extension ListenAddress: CustomStringConvertible {
  /// As the option takes it; UDP needs no name.
  var description: String { transport == .udp ? "\(endpoint)" : "\(transport.rawValue):\(endpoint)" }
}
