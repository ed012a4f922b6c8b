import Testing

@testable import SIP

/// Random damage to the rows that a registration reads from an answer, each by its own reader.
@Suite struct RowMutationTests {
  /// What reads the row.
  private enum Reader {
    case message, via, contacts, challenge, number, sequence, address
  }

  private static let rows: [(Reader, [UInt8])] = [
    (.message, Array("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nExpires: 60\r\n\r\n".utf8)),
    (.message, Array("SIP/2.0 401 Unauthorized\r\nl: 0\r\nm: <sip:a@b>;expires=9\r\n\r\n".utf8)),
    (.via, Array("SIP/2.0/UDP [2001:db8::1]:5062;rport=99;received=192.0.2.1;branch=z9hG4bK77".utf8)),
    (.via, Array("SIP / 2.0 / TLS host.example : 5061 ; branch = z9hG4bKa ; x=\"q;\\\"\"".utf8)),
    (.contacts, Array("\"A, <B\" <sip:a%41@b.example:5062;transport=udp>;q=0.7;expires=60, <sip:c@d>".utf8)),
    (.contacts, Array("<sip:a@b>;+sip.instance=\"<urn:uuid:1>\";reg-id=1;pub-gruu=\"sip:x;gr=1\"".utf8)),
    (.challenge, Array("Digest realm=\"a\\\"b\", nonce=\"n\", qop=\"auth,auth-int\", algorithm=MD5".utf8)),
    (.challenge, Array("Digest realm=r,nonce=\"\",stale=TRUE,opaque=\"o\",domain=\"sip:x\"".utf8)),
    (.number, Array("4294967295".utf8)), (.number, Array("120 (in \\(a\\) while);duration=60".utf8)),
    (.sequence, Array("0009 REGISTER".utf8)),
    (.address, Array("<sip:a:p@[::1]:5;lr;maddr=x?h=v&i=w>;tag=9".utf8)),
  ]

  private static let alphabet = Array("\r\n \t:;,<>\"\\=@?&%/[]()*0129azAZ\0\u{7f}".utf8) + [0x80, 0xff]

  /// One row in memory of its own, changed in place: a million of them make no garbage.
  private struct Victim {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 1)
    var count = 0
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(truncatingIfNeeded: (state >> 20) % UInt64(limit))
    }

    mutating func load(_ row: [UInt8]) {
      memory.copyBytes(from: row)
      count = row.count
    }

    /// Replaces a byte, cuts a piece out, or doubles one.
    mutating func mutate() {
      guard count > 0, let base = memory.baseAddress else { return }
      let position = below(count)
      let length = min(1 + below(12), count - position)
      switch below(4) {
      case 0, 1: memory[position] = RowMutationTests.alphabet[below(RowMutationTests.alphabet.count)]
      case 2:
        let rest = count - position - length
        (base + position).copyMemory(from: base + position + length, byteCount: rest)
        count -= length
      default:
        guard count + length <= memory.count else { return }
        (base + position + length).copyMemory(from: base + position, byteCount: count - position)
        count += length
      }
    }
  }

  /// True if the reader took it.
  private static func read(_ row: UnsafeRawBufferPointer, with reader: Reader, _ index: inout MessageIndex)
    -> Bool
  {
    switch reader {
    case .message:
      do throws(MessageError) {
        try index.parse(row)
        let view = MessageView(bytes: row, index: index)
        return view.isRequest || view.statusCode > 0 || view.expires != nil
      } catch {
        return false
      }
    case .via: return ViaView(row).map { ($0.branch?.count ?? 0) + $0.sentByHost.count > 0 } ?? false
    case .contacts:
      var list = ListReader(row, hasAddresses: true)
      var taken = 0
      while let value = list.next() {
        if let contact = ContactView(value), contact.instance?.count != 0 { taken += 1 }
      }
      return taken > 0
    case .challenge:
      if case .digest = Challenge.parse(row) { return true }
      return false
    case .number: return row.clampedDecimal != nil || RetryAfter(row) != nil
    case .sequence: return CSeqView(row) != nil
    case .address: return NameAddressView(row).map { $0.uri.count + ($0.tag?.count ?? 0) > 0 } ?? false
    }
  }

  @Test(
    "SEC-09 a million mutated rows are read or refused, without a crash",
    arguments: [1, 2, 3, 4] as [UInt64]
  )
  func aMillionRows(seed: UInt64) async {
    var victim = Victim(state: seed &* 0x9e37_79b9_7f4a_7c15)
    defer { victim.memory.deallocate() }
    var index = MessageIndex()
    var taken = 0
    for round in 0..<250_000 {
      // Others run on these threads too.
      if round % 1000 == 0 { await Task.yield() }
      let (reader, row) = RowMutationTests.rows[round % RowMutationTests.rows.count]
      victim.load(row)
      for _ in 0...victim.below(3) { victim.mutate() }
      let bytes = UnsafeRawBufferPointer(rebasing: victim.memory[..<victim.count])
      if RowMutationTests.read(bytes, with: reader, &index) { taken += 1 }
    }
    #expect(taken > 50_000 && taken < 245_000)
  }
}
