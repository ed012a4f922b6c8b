/// Random numbers that nobody can guess from earlier ones: ChaCha20 with a key from the system, which is
/// replaced after every four blocks, so that what was given out cannot be computed again.
///
/// A seed makes it repeatable, for tests and rehearsals. Hold one for each loop and pass it `inout`: a copy
/// would give the same numbers again.
package struct RandomSource: RandomNumberGenerator, Sendable {
  private var key: SIMD8<UInt32>
  private var numbers: [UInt64] = []
  private var used = 0

  /// Takes its key from the system's generator.
  package init() {
    var system = SystemRandomNumberGenerator()
    self.init { system.next() }
  }

  /// Gives the same numbers for the same seed.
  package init(seed: UInt64) {
    self.init { seed }
  }

  private init(_ number: () -> UInt64) {
    key = SIMD8()
    for lane in stride(from: 0, to: 8, by: 2) {
      let word = number()
      key[lane] = UInt32(truncatingIfNeeded: word)
      key[lane + 1] = UInt32(truncatingIfNeeded: word >> 32)
    }
    numbers.reserveCapacity(28)
  }

  package mutating func next() -> UInt64 {
    if used == numbers.count { refill() }
    used += 1
    return numbers[used - 1]
  }

  /// The first half of the first block is the next key; all the rest is given out.
  private mutating func refill() {
    let blocks = ChaCha(key: key, counters: SIMD4(0, 1, 2, 3), nonce: SIMD3())
    numbers.removeAll(keepingCapacity: true)
    used = 0
    for index in stride(from: 0, to: 16, by: 2) {
      let (low, high) = (blocks.words[index], blocks.words[index + 1])
      if index < 8 { (key[index], key[index + 1]) = (low[0], high[0]) }
      for lane in (index < 8 ? 1 : 0)..<4 {
        numbers.append(UInt64(high[lane]) << 32 | UInt64(low[lane]))
      }
    }
  }
}
