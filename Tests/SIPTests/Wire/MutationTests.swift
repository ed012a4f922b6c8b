import TestSupport
import Testing

@testable import SIP

/// Random damage to real messages: whatever comes, nothing crashes and nothing is read outside the bytes.
@Suite struct MutationTests {
  /// A small generator with a fixed sequence, so that a failure can be repeated from its seed.
  struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }

  private static let alphabet = Array("\r\n \t:;,<>\"\\=@?&%/[]()*0129azAZ\0\u{7f}".utf8) + [0x80, 0xff]

  private func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
    for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &random)
      let byte = MutationTests.alphabet.randomElement(using: &random)!
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[position] = byte
      case 1: bytes.insert(byte, at: position)
      case 2: bytes.remove(at: position)
      case 3: bytes.removeSubrange(position..<min(bytes.count, position + 20))
      default: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 20)], at: position)
      }
    }
  }

  /// Touches every accessor; what they answer does not matter here.
  private func readEverything(_ view: MessageView) -> Int {
    var sum = view.reasonPhrase.utf8.count + view.viaCount + view.body.count
    for field in view.index.fields {
      var list = ListReader(view.value(of: field), hasAddresses: field.name == .contact)
      while let value = list.next() { sum += value.count }
      sum += view.value(field.name)?.count ?? 0
    }
    sum += Int(view.cseq?.number ?? 0) & 1 + (view.callID?.count ?? 0)
    sum += view.fromTag?.count ?? 0 + (view.toTag?.count ?? 0) + (view.from?.displayName?.utf8.count ?? 0)
    sum += view.topVia?.bytes.count ?? 0
    sum += view.forEachContact { contact in
      sum += contact.displayName?.utf8.count ?? 0 + (contact.instance?.count ?? 0)
      if let uri = try? SIPURI(parsing: contact.uri) { sum += uri.description.utf8.count }
      return true
    }
    sum += Int(view.expires ?? 0) & 1 + Int(view.minExpires ?? 0) & 1 + Int(view.retryAfter?.seconds ?? 0) & 1
    return sum
  }

  @Test("SEC-09 two hundred thousand mutations of the torture messages are read or refused, without a crash")
  func mutationsNeverCrash() async {
    var random = Seeded(state: 0x5eed)
    var corpus = TortureMessage.all.map(\.bytes)
    corpus += Array(repeating: Array(SampleResponse().text.utf8), count: 30)
    var index = MessageIndex()
    var writer = ResponseWriter()
    var taken = 0
    var refused = 0
    var read = 0
    for round in 0..<200_000 {
      // Others run on these threads too.
      if round % 500 == 0 { await Task.yield() }
      var bytes = corpus.randomElement(using: &random)!
      mutate(&bytes, &random)
      bytes.withUnsafeBytes { raw in
        do throws(MessageError) {
          try index.parse(raw)
          let view = MessageView(bytes: raw, index: index)
          if view.isRequest { try view.validateRequest() } else { try view.validateResponse() }
          taken += 1
        } catch {
          refused += error.status == nil ? 1 : 0
        }
        let view = MessageView(bytes: raw, index: index)
        read += readEverything(view)
        writer.begin(
          400,
          "Bad Request",
          to: view,
          from: .ipv4(IPv4Address(value: 1)),
          port: 1,
          tag: raw.slice(0..<0)
        )
        writer.end()
      }
    }
    #expect(taken > 20_000)
    #expect(refused > 1_000)
    #expect(read > 0)
  }
}
