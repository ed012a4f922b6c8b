import SIP

/// The names that a file of this machine gives addresses to, as `/etc/hosts` does.
struct HostsFile {
  private var addresses: [String: [Host]] = [:]

  /// Reads lines of an address and its names; what stands behind `#`, and any other line, counts for nothing.
  init(_ bytes: [UInt8]) {
    for line in bytes.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      let words = line.prefix { $0 != UInt8(ascii: "#") }.split(whereSeparator: \.isBlank)
      guard let first = words.first, let host = HostsFile.host(first) else { continue }
      for word in words.dropFirst() {
        addresses[DNSQuery(String(decoding: word, as: UTF8.self), .a).name, default: []].append(host)
      }
    }
  }

  private static func host(_ word: ArraySlice<UInt8>) -> Host? {
    let text = String(decoding: word, as: UTF8.self)
    return IPv4Address(text).map(Host.ipv4) ?? IPv6Address(text).map(Host.ipv6)
  }

  /// The file's answer to a query for addresses; nil where it does not know the name. A name that it knows with
  /// addresses of one family only has none of the other.
  func result(for query: DNSQuery) -> DNSResult? {
    guard query.type == .a || query.type == .aaaa, let hosts = addresses[query.name] else { return nil }
    let records = hosts.map { DNSRecord(name: query.name, lifetime: 0, value: .address($0)) }
      .filter { $0.type == query.type }
    guard !records.isEmpty else { return .noRecords(lifetime: 0) }
    return .found(DNSAnswer(records: records, lifetime: 0, isFromHostsFile: true))
  }
}
