/// The records that answer a query, with those that came along (RFC 1035, 4.1).
package struct DNSAnswer: Hashable, Sendable {
  /// Of the type that was asked for; never empty.
  package var records: [DNSRecord]
  /// The shortest TTL of the records and of the aliases on the way to them, in seconds.
  package var lifetime: UInt32
  /// The name asked for is an alias (CNAME) of the one that has the records.
  package var isAlias: Bool
  /// The hosts file of this machine says so, whose owner is not to be protected from itself.
  package var isFromHostsFile: Bool
  /// From the additional section, for names that the records point to.
  package var additional: [DNSRecord]

  package init(
    records: [DNSRecord],
    lifetime: UInt32,
    isAlias: Bool = false,
    isFromHostsFile: Bool = false,
    additional: [DNSRecord] = []
  ) {
    self.records = records
    self.lifetime = lifetime
    self.isAlias = isAlias
    self.isFromHostsFile = isFromHostsFile
    self.additional = additional
  }
}

extension DNSAnswer {
  var addresses: [Host] {
    records.compactMap { if case .address(let host) = $0.value { host } else { nil } }
  }

  var services: [SRVRecord] {
    records.compactMap { if case .srv(let record) = $0.value { record } else { nil } }
  }

  var rules: [NAPTRRecord] {
    records.compactMap { if case .naptr(let record) = $0.value { record } else { nil } }
  }

  /// What the additional section answers, as answers of their own: only for names that a record of this answer
  /// points to, since nobody asked for others (RFC 5452, 6).
  func asides() -> [(query: DNSQuery, answer: DNSAnswer)] {
    let wanted = Set(services.map(\.target) + rules.map(\.replacement))
    var found: [DNSQuery: DNSAnswer] = [:]
    for record in additional where wanted.contains(record.name) {
      let query = DNSQuery(record.name, record.type)
      var answer = found[query] ?? DNSAnswer(records: [], lifetime: .max)
      answer.records.append(record)
      answer.lifetime = min(answer.lifetime, record.lifetime)
      found[query] = answer
    }
    return found.map { ($0.key, $0.value) }
  }
}

extension DNSRecord {
  package var type: DNSQuery.RecordType {
    switch value {
    case .address(.ipv6): .aaaa
    case .address: .a
    case .srv: .srv
    case .naptr: .naptr
    }
  }
}
