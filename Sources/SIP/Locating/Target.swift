/// One server that a registrar's next hop may be reached at, and why.
package struct Target: Hashable, Sendable {
  /// What failures and pauses belong to.
  package struct Server: Hashable, Sendable {
    package var endpoint: Endpoint
    package var transport: Transport

    package init(_ endpoint: Endpoint, _ transport: Transport) {
      self.endpoint = endpoint
      self.transport = transport
    }
  }

  /// Where the address came from.
  package enum Origin: Hashable, Sendable {
    /// The URI has the address itself.
    case literal
    /// The addresses of a host: no service record was asked for, or there is none.
    case address(of: String)
    case service(name: String, SRVRecord)
  }

  package var server: Server
  /// What the server's certificate must name.
  package var domain: Host
  package var origin: Origin
  /// The lowest is used first; among equal ranks the weight decides.
  package var rank: Int
  /// Counts the records: the addresses of one are tried in their order, one after another.
  package var record: Int

  package init(_ server: Server, domain: Host, origin: Origin, rank: Int = 0, record: Int = 0) {
    self.server = server
    self.domain = domain
    self.origin = origin
    self.rank = rank
    self.record = record
  }

  /// The share of this target's record among those of its rank.
  package var weight: UInt16 {
    switch origin {
    case .literal, .address: 0
    case .service(_, let record): record.weight
    }
  }
}

extension Target.Server: CustomStringConvertible {
  /// `192.0.2.1:5060 over UDP`.
  package var description: String { "\(endpoint) over \(transport.viaName)" }
}

extension Target: CustomStringConvertible {
  /// `192.0.2.1:5060 over UDP (_sip._udp.example.org, priority 10, weight 60, a.example.org)`.
  package var description: String {
    switch origin {
    case .literal: "\(server)"
    case .address(let name): "\(server) (\(name))"
    case .service(let name, let record):
      "\(server) (\(name), priority \(record.priority), weight \(record.weight), \(record.target))"
    }
  }
}
