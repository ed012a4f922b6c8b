import TestSupport
import Testing

/// The subjects of `make fuzz` for a moment, without coverage: what it found once stays mended.
@Suite struct FuzzSubjectTests {
  private static let names = FuzzSubject.all.map(\.name)

  private static func subject(_ name: String) throws -> FuzzSubject {
    try #require(FuzzSubject.all.first { $0.name == name })
  }

  @Test("SEC-09 what must hold for anything holds for every seed", arguments: names)
  func seeds(name: String) throws {
    let subject = try Self.subject(name)
    for seed in subject.seeds() { #expect(seed.withUnsafeBytes(subject.holds)) }
    #expect(subject.holds(UnsafeRawBufferPointer(start: nil, count: 0)))
  }

  @Test(
    "SEC-09 what must hold for anything holds for twenty thousand mutations of the seeds",
    arguments: names
  )
  func mutations(name: String) async throws {
    let subject = try Self.subject(name)
    let seeds = subject.seeds()
    var random = SeededGenerator(seed: 0xf022)
    for round in 0..<20_000 {
      // Others run on these threads too.
      if round % 200 == 0 { await Task.yield() }
      var bytes = seeds[Int.random(in: seeds.indices, using: &random)]
      for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
        let position = Int.random(in: bytes.indices, using: &random)
        let piece = bytes[position..<min(bytes.count, position + Int.random(in: 1...24, using: &random))]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2: bytes.insert(contentsOf: Array(piece), at: position)
        default: bytes.removeSubrange(piece.indices)
        }
      }
      guard bytes.withUnsafeBytes(subject.holds) else {
        Issue.record("\(name): broken by \(bytes)")
        return
      }
    }
  }
}
