package enum AddressFamily: Hashable, Sendable, CaseIterable {
  case ipv4
  case ipv6
}
