import SIP

/// A reader of bytes from outside that is fed with anything, and what must hold whatever comes.
///
/// The same bodies run under libFuzzer (`make fuzz`) and, for a moment and without coverage, in the tests.
package struct FuzzSubject: Sendable {
  package let name: String
  /// Where mutations begin.
  package let seeds: @Sendable () -> [[UInt8]]
  /// Reads the bytes; false where something that must hold does not. A trap is a fault too.
  package let holds: @Sendable (UnsafeRawBufferPointer) -> Bool

  package static let all = [messages, streams, challenges]
}

extension FuzzSubject {
  /// The parser of whole messages, with everything that reads a parsed one.
  package static let messages = FuzzSubject(
    name: "messages",
    seeds: { TortureMessage.all.map(\.bytes) },
    holds: { bytes in
      var index = MessageIndex()
      var isWellFormed = false
      do throws(MessageError) {
        try index.parse(bytes)
        let view = MessageView(bytes: bytes, index: index)
        if view.isRequest { try view.validateRequest() } else { try view.validateResponse() }
        isWellFormed = true
      } catch {
        // The index holds what was read so far, and that is what a refusal is written from.
      }
      let view = MessageView(bytes: bytes, index: index)
      let isInside = staysInside(view, bytes)
      return isInside && (!isWellFormed || !view.isRequest || isAnswerable(view))
    }
  )

  /// The cutter of streams.
  package static let streams = FuzzSubject(
    name: "streams",
    seeds: {
      let all = TortureMessage.all.map(\.bytes)
      let pairs = zip(all, all.dropFirst()).map { $0 + [13, 10, 13, 10] + $1 }
      return all + pairs
    },
    holds: { bytes in
      // What comes out depends on the bytes alone, however they were split.
      let whole = cut(bytes, every: max(1, bytes.count))
      let size = 1 + Int(bytes.first ?? 0) % 7
      return whole == cut(bytes, every: size) && whole == cut(bytes, every: 1)
    }
  )

  /// The reader of challenges, and the rows that answer them.
  package static let challenges = FuzzSubject(
    name: "challenges",
    seeds: {
      [
        "Digest realm=\"a\\\"b\", nonce=\"n\", qop=\"auth,auth-int\", algorithm=SHA-256",
        "Digest realm=r,nonce=\"\",stale=TRUE,opaque=\"o\",domain=\"sip:x\"",
        "Basic realm=\"x\", Digest realm=\"y\", nonce=\"z\", algorithm=MD5-sess, qop=auth, userhash=true",
        "Digest realm=\"x\", nonce=\"z\", algorithm=SHA-512-256, charset=UTF-8, Bearer scope=\"s\"",
      ].map { Array($0.utf8) }
    },
    holds: { bytes in
      let challenge = Challenge.parse(bytes)
      let credential = Credential(username: "alice", proof: .password(Secret("secret")))
      var authenticator = Authenticator(credentials: [credential])
      var random = RandomSource(seed: 1)
      var row: [UInt8] = []
      _ = authenticator.receive([challenge], from: .registrar)
      authenticator.appendAuthorization(
        to: &row,
        method: "REGISTER",
        uri: Array("sip:example.com".utf8),
        using: &random
      )
      // Nothing of a challenge may begin another row, or end the message.
      let lineEnds = row.count { $0 == 13 || $0 == 10 }
      return row.isEmpty || (lineEnds == 2 && row.suffix(2).elementsEqual([13, 10]))
    }
  )
}

// MARK: - What must hold

extension FuzzSubject {
  /// Every range that a message gives out lies within its bytes.
  private static func staysInside(_ view: MessageView, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var isInside = lies(view.body, bytes)
    for field in view.index.fields {
      guard let row = view.value(field.name) else { return false }
      var list = ListReader(row, hasAddresses: field.name == .contact)
      while let value = list.next() { isInside = lies(value, bytes) && isInside }
    }
    for value in [view.callID, view.fromTag, view.toTag, view.topVia?.branch] {
      if let value { isInside = lies(value, bytes) && isInside }
    }
    _ = view.forEachContact { contact in
      isInside = lies(contact.uri, bytes) && lies(contact.parameters, bytes) && isInside
      return true
    }
    return isInside && view.viaCount >= 0 && view.reasonPhrase.utf8.count <= 4 * bytes.count
  }

  /// Unfolded values are copies of their own, and lie nowhere in the message.
  private static func lies(_ part: UnsafeRawBufferPointer, _ whole: UnsafeRawBufferPointer) -> Bool {
    part.count <= whole.count
  }

  /// A request that is well-formed gets an answer that is well-formed too.
  private static func isAnswerable(_ request: MessageView) -> Bool {
    var writer = ResponseWriter()
    let address = Host.ipv4(IPv4Address(value: 1))
    writer.begin(486, "Busy Here", to: request, from: address, port: 1, tag: request.bytes.slice(0..<0))
    writer.end()
    return writer.bytes.withUnsafeBytes { answer in
      var index = MessageIndex()
      do throws(MessageError) {
        try index.parse(answer)
        return MessageView(bytes: answer, index: index).statusCode == 486
      } catch {
        // One that copies more than a message may hold is refused where it is read.
        if case .limit = error { return true }
        return false
      }
    }
  }

  private enum Piece: Equatable {
    case message([UInt8], hasLength: Bool)
    case pong, ping
    case fail(MessageError)
  }

  private static func cut(_ bytes: UnsafeRawBufferPointer, every size: Int) -> [Piece] {
    var framer = StreamFramer()
    var pieces: [Piece] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      framer.receive(UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + size)]))
      while let action = framer.next() {
        switch action {
        case .message(let range, let hasLength):
          pieces.append(.message(framer.withBytes(range) { Array($0) }, hasLength: hasLength))
        case .pong: pieces.append(.pong)
        case .ping: pieces.append(.ping)
        case .fail(let error): pieces.append(.fail(error))
        }
      }
    }
    return pieces
  }
}
