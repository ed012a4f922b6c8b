// Which servers the ways lead to (RFC 3263, 4.2; RFC 2782).

extension LocatingWalk {
  /// A service record with the way it was found on.
  private struct Service {
    let way: Way
    let record: SRVRecord
    let rank: Int
  }

  /// The servers of all ways, one way after another; where there are none, the domain's own addresses
  /// (RFC 3263, 4.2).
  mutating func served(by ways: [Way], domain: String) -> Outcome {
    var services: [Service] = []
    var refused: [Transport] = []
    var unknown: LocatingFailure?
    var isServerless = true
    for (position, way) in ways.enumerated() {
      let query = DNSQuery(way.name, .srv)
      switch answer(to: query) {
      case nil, .noRecords, .noSuchName: continue
      case .failed(let failure):
        unknown = unknown ?? .noAnswer(query, failure)
        if failure != .unreachable { isServerless = false }
        warnings.append(.passedOver(query, failure))
      case .found(let answer):
        let offered = answer.services.filter { !$0.target.isEmpty && $0.port > 0 }
        if offered.isEmpty { refused.append(way.transport) }
        services += offered.map { Service(way: way, record: $0, rank: position << 16 | Int($0.priority)) }
      }
    }
    guard missing.isEmpty else { return .ask(missing) }
    guard services.isEmpty else { return resolved(services.sorted { $0.rank < $1.rank }) }
    if let transport = refused.first { return .failed(.notOffered(domain: domain, transport)) }
    // Without any name server the hosts file may still know the name; a silent or failing one means that there
    // may be servers elsewhere, and the domain's own address is the wrong place to send a REGISTER to.
    if let unknown, !isServerless { return .failed(unknown) }
    let isUsual = ways.contains { $0.transport == usualTransport }
    let transport = isUsual ? usualTransport : ways[0].transport
    return addressed(domain, transport, port: transport.defaultPort)
  }

  /// Every address of every service; an aliased target after all others, one without address not at all.
  private mutating func resolved(_ services: [Service]) -> Outcome {
    var targets: [Target] = []
    var aliased: [Target] = []
    var failure: LocatingFailure?
    for (number, service) in services.prefix(Location.limit).enumerated() {
      switch addresses(of: service.record.target) {
      case .unknown: continue
      case .none(let reason):
        failure = failure ?? reason
        warnings.append(.unresolvedTarget(service.record.target))
      case .some(let list, let isAlias):
        if isAlias { warnings.append(.aliasedTarget(service.record.target)) }
        let found = list.map { target(service, at: $0, number: number, isLast: isAlias) }
        if isAlias { aliased += found } else { targets += found }
      }
    }
    guard missing.isEmpty else { return .ask(missing) }
    if let failure, targets.isEmpty, aliased.isEmpty { return .failed(failure) }
    return located(targets + aliased)
  }

  private func target(_ service: Service, at address: Host, number: Int, isLast: Bool) -> Target {
    let endpoint = Endpoint(address: address, port: service.record.port)
    return Target(
      Target.Server(endpoint, service.way.transport),
      domain: destination.domain,
      origin: .service(name: service.way.name, service.record),
      rank: isLast ? service.rank + 1 << 32 : service.rank,
      record: number
    )
  }
}
