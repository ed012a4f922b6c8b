/// What is to be located: the next hop of an account, as its URI and the account name it (RFC 3263, 4).
package struct Destination: Hashable, Sendable {
  /// The URI's host, or its `maddr` where it has one.
  package var host: Host
  package var port: UInt16?
  /// Nil where neither the account nor the URI names one: then DNS says.
  package var transport: Transport?
  /// A SIPS URI: only TLS will do.
  package var isSecure: Bool
  /// What a server's certificate must name: the host as it was declared, before any look-up (RFC 5922, 7.3).
  package var domain: Host
  /// The address families to use.
  package var families: Set<AddressFamily>

  package init(
    host: Host,
    port: UInt16? = nil,
    transport: Transport? = nil,
    isSecure: Bool = false,
    domain: Host? = nil,
    families: Set<AddressFamily> = Set(AddressFamily.allCases)
  ) {
    self.host = host
    self.port = port
    self.transport = isSecure ? transport?.secured : transport
    self.isSecure = isSecure
    self.domain = domain ?? host
    self.families = families
  }

  /// The next hop of a URI: the topmost route or else the registrar.
  ///
  /// `transport` is what the account asks for, which stands over the URI's parameter; `isSecure` says that
  /// something else than this URI wants TLS (RFC 3261, 8.1.2).
  package init(_ uri: SIPURI, transport: Transport? = nil, isSecure: Bool = false) {
    let replaced = uri.parameter("maddr").flatMap { Host($0) ?? IPv6Address($0).map(Host.ipv6) }
    self.init(
      host: replaced ?? uri.host,
      port: uri.port,
      transport: transport ?? uri.namedTransport,
      isSecure: isSecure || uri.scheme == .sips,
      domain: uri.host
    )
  }
}

extension SIPURI {
  /// What the URI itself says with its parameter; unlike `transport`, nothing that the scheme implies.
  package var namedTransport: Transport? { parameter("transport").flatMap { Transport(name: $0) } }
}

extension Transport {
  /// The same way with TLS; where there is none (UDP), TLS over TCP.
  var secured: Transport {
    switch self {
    case .udp, .tcp, .tls: .tls
    case .ws, .wss: .wss
    }
  }

  /// The labels before a domain under which its servers for this transport stand (RFC 3263, 4.1; RFC 7118, 8).
  var serviceLabels: String {
    switch self {
    case .udp: "_sip._udp"
    case .tcp: "_sip._tcp"
    case .tls: "_sips._tcp"
    case .ws: "_sip._ws"
    case .wss: "_sips._ws"
    }
  }
}
