/// The ChaCha20 block function (RFC 8439, 2.3) for four blocks at once, for random numbers only.
///
/// Each vector holds one word of the state, with a lane for each block, so that no word changes its place.
struct ChaCha {
  typealias Words = SIMD4<UInt32>

  /// The sixteen words of each block.
  private(set) var words: [Words]

  /// Four blocks that differ in their counter only.
  init(key: SIMD8<UInt32>, counters: SIMD4<UInt32>, nonce: SIMD3<UInt32>) {
    words = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574].map { Words(repeating: $0) }
    words += (0..<8).map { Words(repeating: key[$0]) }
    words.append(counters)
    words += (0..<3).map { Words(repeating: nonce[$0]) }
    words.withUnsafeMutableBufferPointer { ChaCha.mix(&$0) }
  }

  private static func mix(_ words: inout UnsafeMutableBufferPointer<Words>) {
    var (a0, a1, a2, a3) = (words[0], words[1], words[2], words[3])
    var (b0, b1, b2, b3) = (words[4], words[5], words[6], words[7])
    var (c0, c1, c2, c3) = (words[8], words[9], words[10], words[11])
    var (d0, d1, d2, d3) = (words[12], words[13], words[14], words[15])
    for _ in 0..<10 {
      quarterRound(&a0, &b0, &c0, &d0)
      quarterRound(&a1, &b1, &c1, &d1)
      quarterRound(&a2, &b2, &c2, &d2)
      quarterRound(&a3, &b3, &c3, &d3)
      quarterRound(&a0, &b1, &c2, &d3)
      quarterRound(&a1, &b2, &c3, &d0)
      quarterRound(&a2, &b3, &c0, &d1)
      quarterRound(&a3, &b0, &c1, &d2)
    }
    let (a, b) = ([a0, a1, a2, a3], [b0, b1, b2, b3])
    let (c, d) = ([c0, c1, c2, c3], [d0, d1, d2, d3])
    for index in 0..<4 {
      words[index] &+= a[index]
      words[4 + index] &+= b[index]
      words[8 + index] &+= c[index]
      words[12 + index] &+= d[index]
    }
  }

  @inline(__always)
  private static func quarterRound(_ a: inout Words, _ b: inout Words, _ c: inout Words, _ d: inout Words) {
    a &+= b
    d = rotate(d ^ a, 16)
    c &+= d
    b = rotate(b ^ c, 12)
    a &+= b
    d = rotate(d ^ a, 8)
    c &+= d
    b = rotate(b ^ c, 7)
  }

  @inline(__always)
  private static func rotate(_ word: Words, _ count: UInt32) -> Words {
    word &<< Words(repeating: count) | word &>> Words(repeating: 32 &- count)
  }
}
