/// One resource record of a kind that locating a server needs (RFC 1035, 3.2).
package struct DNSRecord: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    /// An A or AAAA record's; never a name.
    case address(Host)
    case srv(SRVRecord)
    case naptr(NAPTRRecord)
  }

  /// The owner, in lower case and without the dot at its end.
  package var name: String
  /// The TTL, in seconds.
  package var lifetime: UInt32
  package var value: Value

  package init(name: String, lifetime: UInt32, value: Value) {
    self.name = name
    self.lifetime = lifetime
    self.value = value
  }
}
