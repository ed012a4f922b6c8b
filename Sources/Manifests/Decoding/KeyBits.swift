/// A set of keys by their numbers, below 32; a sequence in ascending order.
struct KeyBits: Sequence, IteratorProtocol {
  private var bits: UInt32 = 0

  var count: Int { bits.nonzeroBitCount }

  /// The lowest number.
  var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

  @inline(__always)
  func contains(_ number: Int) -> Bool { bits & 1 << UInt32(truncatingIfNeeded: number) != 0 }

  func contains(_ key: AccountKey) -> Bool { contains(key.rawValue) }

  @inline(__always)
  mutating func insert(_ number: Int) { bits |= 1 << UInt32(truncatingIfNeeded: number) }

  mutating func insert(_ key: AccountKey) { insert(key.rawValue) }

  @inline(__always)
  mutating func next() -> Int? {
    guard bits != 0 else { return nil }
    let number = bits.trailingZeroBitCount
    bits &= bits - 1
    return number
  }
}
