/// Where a service is (RFC 2782).
package struct SRVRecord: Hashable, Sendable {
  /// The lowest is tried first.
  package var priority: UInt16
  /// The share of a server among those of its priority.
  package var weight: UInt16
  package var port: UInt16
  /// In lower case, without the dot at its end; empty for `.`, which says that the service is not offered.
  package var target: String

  package init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
    self.priority = priority
    self.weight = weight
    self.port = port
    self.target = target
  }
}
