/// What became of a query. "There is none" and "we do not know" are different outcomes.
package enum DNSResult: Hashable, Sendable {
  case found(DNSAnswer)
  /// The name exists and has no such records (NODATA); for so many seconds, where the answer says so.
  case noRecords(lifetime: UInt32?)
  /// The name does not exist (NXDOMAIN; RFC 2308, 2.1).
  case noSuchName(lifetime: UInt32?)
  case failed(DNSFailure)
}
