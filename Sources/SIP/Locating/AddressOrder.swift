/// The order in which the addresses of one host are tried (RFC 7984, 4; RFC 6724, 6; RFC 8305, 4).
///
/// Sorted by the precedence of RFC 6724's default policy, and then the families take turns, so that a family
/// whose way is broken costs one failure and not one for each address. Within a family and a precedence the
/// order of the answer stays, since some name servers rotate it to share load.
enum AddressOrder {
  static func sorted(_ addresses: [Host]) -> [Host] {
    var seen: Set<Host> = []
    let unique = addresses.filter { seen.insert($0).inserted }
    let ranked = unique.enumerated().sorted {
      (-precedence($0.element), $0.offset) < (-precedence($1.element), $1.offset)
    }.map(\.element)
    guard let first = ranked.first else { return [] }
    let same = ranked.filter { isIPv6($0) == isIPv6(first) }
    let other = ranked.filter { isIPv6($0) != isIPv6(first) }
    var turns: [Host] = []
    for index in 0..<max(same.count, other.count) {
      if index < same.count { turns.append(same[index]) }
      if index < other.count { turns.append(other[index]) }
    }
    return turns
  }

  private static func isIPv6(_ host: Host) -> Bool {
    if case .ipv6 = host { return true }
    return false
  }

  /// RFC 6724, 2.1.
  private static func precedence(_ host: Host) -> Int {
    switch host {
    case .name: return 0
    case .ipv4: return 35
    case .ipv6(let address):
      if address.isLoopback { return 50 }
      if address.high >> 57 == 0xfc >> 1 { return 3 }  // fc00::/7
      if address.high >> 48 == 0x2002 { return 30 }  // 6to4
      if address.high >> 32 == 0x2001_0000 { return 5 }  // Teredo
      if address.high == 0, address.low >> 32 == 0xffff { return 35 }  // mapped IPv4
      if address.high == 0, address.low >> 32 == 0 { return 1 }  // compatible IPv4
      if address.high >> 54 == 0xfec0 >> 6 { return 1 }  // site-local
      if address.high >> 48 == 0x3ffe { return 1 }  // 6bone
      return 40
    }
  }
}
