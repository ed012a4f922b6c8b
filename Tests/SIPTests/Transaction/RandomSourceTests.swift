import Testing

@testable import SIP

@Suite struct RandomSourceTests {
  @Test("The block function gives the example of RFC 8439, 2.3.2")
  func theBlockIsThatOfRFC8439() {
    let key = SIMD8<UInt32>(
      0x0302_0100,
      0x0706_0504,
      0x0b0a_0908,
      0x0f0e_0d0c,
      0x1312_1110,
      0x1716_1514,
      0x1b1a_1918,
      0x1f1e_1d1c
    )
    let nonce = SIMD3<UInt32>(0x0900_0000, 0x4a00_0000, 0)
    let words = ChaCha(key: key, counters: SIMD4(7, 1, 2, 3), nonce: nonce).words
    let expected: [UInt32] = [
      0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3, 0xc7f4_d1c7, 0x0368_c033, 0x9aaa_2204, 0x4e6c_d4c3,
      0x4664_82d2, 0x09aa_9f07, 0x05d7_c214, 0xa202_8bd9, 0xd19c_12b5, 0xb94e_16de, 0xe883_d0cb, 0x4e3c_50a2,
    ]
    #expect(words.map { $0[1] } == expected)
    let other = ChaCha(key: key, counters: SIMD4(1, 7, 3, 2), nonce: nonce).words
    #expect(other.map { $0[0] } == expected && other.map { $0[1] } == words.map { $0[0] })
  }

  @Test("HAR-03 the same seed gives the same numbers, another seed others")
  func aSeedIsRepeatable() {
    var first = RandomSource(seed: 42)
    var second = RandomSource(seed: 42)
    var other = RandomSource(seed: 43)
    let numbers = (0..<1000).map { _ in first.next() }
    #expect(numbers == (0..<1000).map { _ in second.next() })
    #expect(numbers != (0..<1000).map { _ in other.next() })
  }

  @Test("SEC-21 numbers do not repeat, and each bit is set half of the time")
  func numbersLookRandom() {
    var source = RandomSource()
    var seen: Set<UInt64> = []
    var bits = [Int](repeating: 0, count: 64)
    for _ in 0..<10_000 {
      let number = source.next()
      seen.insert(number)
      for bit in 0..<64 { bits[bit] += Int(number >> UInt64(bit) & 1) }
    }
    #expect(seen.count == 10_000)
    #expect(bits.allSatisfy { (4700...5300).contains($0) })
  }

  @Test func twoSourcesFromTheSystemDiffer() {
    var first = RandomSource()
    var second = RandomSource()
    #expect(first.next() != second.next())
  }
}
