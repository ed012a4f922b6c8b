/// One question to the name servers: a name and the type of its records (RFC 1035, 4.1.2).
package struct DNSQuery: Hashable, Sendable {
  package enum RecordType: UInt16, Sendable, CaseIterable {
    case a = 1
    case aaaa = 28
    /// RFC 2782.
    case srv = 33
    /// RFC 3403.
    case naptr = 35
  }

  /// In lower case and without the dot at its end: always a complete name, so that no search domain applies.
  package let name: String
  package let type: RecordType

  package init(_ name: String, _ type: RecordType) {
    let lowercased = name.lowercased()
    self.name = lowercased.hasSuffix(".") ? String(lowercased.dropLast()) : lowercased
    self.type = type
  }
}

extension DNSQuery: CustomStringConvertible {
  /// As people write it: `_sip._udp.example.org SRV`.
  package var description: String {
    switch type {
    case .a: "\(name) A"
    case .aaaa: "\(name) AAAA"
    case .srv: "\(name) SRV"
    case .naptr: "\(name) NAPTR"
    }
  }
}
