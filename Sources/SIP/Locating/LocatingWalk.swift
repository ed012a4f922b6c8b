/// RFC 3263, 4 as a function of the answers so far: the servers, or the queries that are still to be asked.
///
///     literal ───────────────────────────────────────────▶ target      (4.1, 4.2: nothing is asked)
///     port ──────────────────────────────▶ A, AAAA ──────▶ targets     (4.2: neither NAPTR nor SRV)
///     transport ───────────────▶ SRV ────▶ A, AAAA ──────▶ targets     (4.1: no NAPTR)
///     neither ──▶ NAPTR ───────▶ SRV ────▶ A, AAAA ──────▶ targets
///                   └ none ────▶ SRV of each transport    (4.1)
///                                 └ none ▶ A, AAAA of the domain itself (4.2)
///
/// Each walk starts anew from the first step: it is short, and so it needs no state of its own.
struct LocatingWalk {
  enum Outcome {
    case located(Location)
    case failed(LocatingFailure)
    /// Ask these, which do not depend on each other, and walk again.
    case ask([DNSQuery])
  }

  let destination: Destination
  /// The transports that are spoken here, the one to prefer first.
  let supported: [Transport]
  /// Domains that offered SIP over TLS before.
  let securedDomains: Set<String>
  let answers: [DNSQuery: AnswerCache.Entry]
  let rules: ServerRules

  var missing: [DNSQuery] = []
  var warnings: [LocatingWarning] = []
  /// Addresses that the hosts file gives, which are as good as declared.
  var hostsFileAddresses: Set<Host> = []
  var earliestEnd: Instant?
  /// The domain's NAPTR records have a SIPS service now.
  var offersSecure = false

  init(
    _ destination: Destination,
    supported: [Transport],
    securedDomains: Set<String>,
    answers: [DNSQuery: AnswerCache.Entry],
    rules: ServerRules = ServerRules()
  ) {
    self.destination = destination
    self.supported = supported
    self.securedDomains = securedDomains
    self.answers = answers
    self.rules = rules
  }

  /// The URI's own transport where nothing names another (RFC 3263, 4.1).
  var usualTransport: Transport { destination.transport ?? (destination.isSecure ? .tls : .udp) }

  mutating func run() -> Outcome {
    if let port = destination.port { return addressed(port: port) }
    guard case .name(let name) = destination.host, !LocatingWalk.isThisMachine(name) else {
      return addressed(port: usualTransport.defaultPort)
    }
    let domain = DNSQuery(name, .srv).name
    if let transport = destination.transport {
      guard supported.contains(transport) else { return unsupported(transport, domain) }
      return served(by: [Way(transport, under: domain)], domain: domain)
    }
    switch ways(of: domain) {
    case .success(let ways): return ways.isEmpty ? .ask(missing) : served(by: ways, domain: domain)
    case .failure(let failure): return .failed(failure.reason)
    }
  }

  /// The destination's own addresses with a port.
  private mutating func addressed(port: UInt16) -> Outcome {
    let transport = usualTransport
    guard supported.contains(transport) else {
      return unsupported(transport, destination.host.description)
    }
    guard case .name(let name) = destination.host else {
      let server = Target.Server(Endpoint(address: destination.host, port: port), transport)
      return located([Target(server, domain: destination.domain, origin: .literal)])
    }
    return addressed(name, transport, port: port)
  }

  /// A name's own addresses.
  mutating func addressed(_ name: String, _ transport: Transport, port: UInt16) -> Outcome {
    switch addresses(of: name) {
    case .unknown: return .ask(missing)
    case .none(let failure): return .failed(failure)
    case .some(let list, _):
      return located(
        list.map {
          let server = Target.Server(Endpoint(address: $0, port: port), transport)
          return Target(server, domain: destination.domain, origin: .address(of: name))
        }
      )
    }
  }

  func unsupported(_ transport: Transport, _ domain: String) -> Outcome {
    .failed(.noCommonTransport(domain: domain, offered: [transport.viaName]))
  }

  /// What may be used of the servers found; it fails only where nothing is left.
  mutating func located(_ found: [Target]) -> Outcome {
    var targets: [Target] = []
    var refused: ServerRefusal?
    for target in found {
      guard let refusal = refusal(of: target) else {
        targets.append(target)
        continue
      }
      refused = refused ?? refusal
      warnings.append(.refused(refusal))
    }
    if let refused, targets.isEmpty { return .failed(.refused(refused)) }
    var told: Set<LocatingWarning> = []
    return .located(
      Location(
        targets: Array(targets.prefix(Location.limit)),
        expiresAt: earliestEnd ?? Instant(nanoseconds: .max),
        warnings: warnings.filter { told.insert($0).inserted }
      )
    )
  }

  private func refusal(of target: Target) -> ServerRefusal? {
    let isAddressDeclared = hostsFileAddresses.contains(target.server.endpoint.address)
    switch target.origin {
    case .literal: return nil
    case .address:
      return isAddressDeclared
        ? nil : rules.refusal(of: target.server.endpoint, for: destination.host, isPortDeclared: true)
    case .service:
      return isAddressDeclared
        ? nil : rules.refusal(of: target.server.endpoint, for: destination.host, isPortDeclared: false)
    }
  }

  /// Nil for an answer that is not there yet: then the query is among the missing ones.
  mutating func answer(to query: DNSQuery) -> DNSResult? {
    guard let entry = answers[query] else {
      if !missing.contains(query) { missing.append(query) }
      return nil
    }
    earliestEnd = min(earliestEnd ?? entry.expiresAt, entry.expiresAt)
    if let failure = entry.standsInFor { warnings.append(.stale(query, failure)) }
    return entry.result
  }
}
