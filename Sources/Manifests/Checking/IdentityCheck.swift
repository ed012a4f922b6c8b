import Reconcile
import SIP

/// Finds accounts with one address of record at one registrar, which would overwrite each other.
struct IdentityCheck {
  let accounts: [DesiredAccount]
  private var diagnostics: [Diagnostic] = []

  init(accounts: [DesiredAccount]) { self.accounts = accounts }

  mutating func check() -> [Diagnostic] {
    for group in groups() { compare(group) }
    return diagnostics
  }

  /// The places of the accounts whose hashes are equal, in their order; most have none.
  private func groups() -> [[Int]] {
    let hashes = hashes()
    // As in `ByteTable`: a slot has the number of the first account with its hash, from 1.
    var slots = [UInt32](repeating: 0, count: 64 << (Int.bitWidth - (hashes.count / 32).leadingZeroBitCount))
    let mask = slots.count - 1
    var groups: [Int: [Int]] = [:]
    for index in hashes.indices {
      var slot = Int(truncatingIfNeeded: hashes[index]) & mask
      while slots[slot] != 0, hashes[Int(slots[slot]) - 1] != hashes[index] { slot = (slot + 1) & mask }
      if slots[slot] == 0 {
        slots[slot] = UInt32(index + 1)
      } else {
        let first = Int(slots[slot]) - 1
        groups[first, default: [first]].append(index)
      }
    }
    return Array(groups.values)
  }

  private func hashes() -> [UInt64] {
    [UInt64](unsafeUninitializedCapacity: accounts.count) { buffer, count in
      // Each thread has a part of its own.
      nonisolated(unsafe) let buffer = buffer
      Parallel.forEachPart(of: accounts.count, smallest: 8192) { _, range in
        for index in range {
          buffer.initializeElement(at: index, to: IdentityCheck.hash(accounts[index].account.identity.uri))
        }
      }
      count = accounts.count
    }
  }

  /// Equal for equal addresses of record; the spelling decides only where it has no escape.
  private static func hash(_ uri: SIPURI) -> UInt64 {
    guard let user = uri.user, !user.utf8.contains(UInt8(ascii: "%")) else {
      let canonical = Escaped.canonical(uri.user ?? "", lowercased: false)
      return combine(canonical, uri)
    }
    return combine(user, uri)
  }

  private static func combine(_ user: String, _ uri: SIPURI) -> UInt64 {
    var hash = ByteTable.hash(user)
    switch uri.host {
    case .name(let name):
      var folded: UInt64 = 0
      for byte in name.utf8 { folded = folded &* 31 &+ UInt64(byte.asciiLowercased) }
      hash = ByteTable.mix(hash, folded)
    case .ipv4(let address): hash = ByteTable.mix(hash, UInt64(address.value))
    case .ipv6(let address): hash = ByteTable.mix(ByteTable.mix(hash, address.high), address.low)
    }
    return ByteTable.mix(hash, UInt64(uri.port ?? 0) << 1 | (uri.scheme == .sips ? 1 : 0))
  }

  /// Accounts whose hashes are equal: each is compared with those before it until one collides.
  private mutating func compare(_ group: [Int]) {
    let keys = group.map { AddressOfRecord(accounts[$0].account.identity.uri) }
    for position in 1..<group.count {
      for earlier in 0..<position where keys[earlier] == keys[position] {
        if collides(group[earlier], group[position]) { break }
      }
    }
  }

  private mutating func collides(_ first: Int, _ second: Int) -> Bool {
    let a = accounts[first].account
    let b = accounts[second].account
    guard a.registrar.isEquivalent(to: b.registrar) else { return false }
    let differ = IdentityCheck.contactsDiffer(a, b)
    if differ, a.sharedIdentity, b.sharedIdentity { return false }
    let place = accounts[first].at.map { " at \($0)" } ?? ""
    let advice =
      differ
      ? "; their contacts differ, so `sharedIdentity: true` in both would allow it"
      : "; one would overwrite the other"
    diagnostics.append(
      Diagnostic(
        .error,
        at: accounts[second].fieldLocations[.identity] ?? accounts[second].at,
        "`\(b.id)` has the identity and registrar of `\(a.id)`\(place)\(advice)",
        rule: "duplicate-identity"
      )
    )
    return true
  }

  /// True if both can be bound side by side: other contacts, or other flows of one instance (RFC 5626).
  private static func contactsDiffer(_ a: Account, _ b: Account) -> Bool {
    if a.outbound.isEnabled, b.outbound.isEnabled, a.outbound.regID != b.outbound.regID { return true }
    if a.contactMaster != b.contactMaster { return true }
    switch (a.contact, b.contact) {
    case (nil, nil): return false
    case (let x?, let y?): return !x.uri.isEquivalent(to: y.uri)
    case (nil, _?), (_?, nil): return true
    }
  }
}
