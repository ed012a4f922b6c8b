import NIOCore
import NIOPosix
import SIP
import TestSupport
import Testing

@testable import SIPTransport

@Suite(.timeLimit(.minutes(3))) struct StreamFlowTests {
  private static func response(_ code: Int, body: String = "") -> String {
    "SIP/2.0 \(code) Reason\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test(
    "TRN-01 TRN-07 TRN-17 a flow carries messages both ways over one connection",
    arguments: ["127.0.0.1", "::1"]
  )
  func bothWays(host: String) async throws {
    let server = try await RawServer.start(host)
    let probe = try await FlowProbe.open(server.target())
    let connection = try await server.accept()
    guard case .opened(let local?) = await probe.next(1).first else {
      Issue.record("not opened")
      return
    }
    #expect(connection.channel.remoteAddress.flatMap(Endpoint.init) == local)
    try await probe.send("one\r\n", "two\r\n", "three\r\n")
    #expect(await connection.read(until: "three\r\n") == "one\r\ntwo\r\nthree\r\n")
    let (first, second) = (Self.response(401, body: "SIP/2.0 200 OK\r\n\r\n"), Self.response(200))
    try await connection.send(first + second)
    #expect(
      await probe.next(2) == [.message(first, hasLength: true), .message(second, hasLength: true)]
    )
    try await probe.close()
    #expect(await connection.readAll() == [])
    try await server.stop()
  }

  @Test("TRN-08 TRN-09 TRAP-17 one byte a segment, with keep-alives between")
  func byteByByte() async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target())
    let connection = try await server.accept()
    let text = "\r\n" + Self.response(200, body: "é\r\n\r\n") + "\r\n\r\nSIP/2.0 100 Trying\r\n\r\n"
    for byte in text.utf8 { try await connection.send([byte]) }
    // Opened, the first pong, the message, and the first half of the ping, which alone is a pong.
    #expect(
      await probe.next(5).dropFirst() == [
        .pong, .message(Self.response(200, body: "é\r\n\r\n"), hasLength: true), .pong,
        .message("SIP/2.0 100 Trying\r\n\r\n", hasLength: false),
      ]
    )
    #expect(await connection.read(2) == [13, 10])
    try await probe.close()
    try await server.stop()
  }

  @Test("OUT-12 OUT-14 a ping is sent, and its pong is told")
  func ping() async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target())
    let connection = try await server.accept()
    _ = await probe.next(1)
    try await probe.perform { flow in
      flow.sendPing()
      flow.flush()
    }
    #expect(await connection.read(4) == [13, 10, 13, 10])
    try await connection.send("\r\n" + Self.response(200))
    #expect(await probe.next(2) == [.pong, .message(Self.response(200), hasLength: true)])
    try await probe.close()
    try await server.stop()
  }

  @Test("TXN-13 a connection that the peer closes is told at once, after what came on it")
  func closedByPeer() async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target())
    let connection = try await server.accept()
    _ = await probe.next(1)
    try await probe.send("x")
    // A server that leaves bytes unread resets the connection when it closes it.
    #expect(await connection.read(1) == Array("x".utf8))
    try await connection.send(Self.response(200))
    try await connection.close()
    let events = await probe.next(10)
    #expect(events.count == 2 && events[0] == .message(Self.response(200), hasLength: true))
    #expect(events.last == .closed(FlowFailure(.closed, "\(server.endpoint) closed the connection")))
    try await server.stop()
  }

  @Test("OUT-17 a connection that is reset is told as such")
  func reset() async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target())
    let connection = try await server.accept()
    _ = await probe.next(1)
    try await connection.reset()
    #expect(await probe.failure() == FlowFailure(.reset, "\(server.endpoint) reset the connection"))
    try await server.stop()
  }

  @Test("TRN-03 TXN-12 a port where nobody listens is a refusal")
  func refused() async throws {
    let port = try LoopbackPort(.bound)
    let target = StreamTarget(transport: .tcp, server: port.endpoint, domain: Host("example.com")!)
    let probe = try await FlowProbe.open(target)
    let expected = "\(target.server) refused the connection: nothing listens there"
    #expect(await probe.next(2) == [.failed(FlowFailure(.refused, expected))])
    withExtendedLifetime(port) {}
  }

  @Test("TXN-15 a peer that never answers a SYN ends within the limit, and is named as such")
  func blackHole() async throws {
    let listener = try LoopbackPort(.full)
    var settings = StreamSettings()
    settings.openLimit = .milliseconds(300)
    let target = StreamTarget(transport: .tcp, server: listener.endpoint, domain: Host("example.com")!)
    let probe = try await FlowProbe.open(target, settings)
    let failure = try #require(await probe.failure())
    #expect(failure.kind == .timedOut)
    #expect(failure.reason == "\(listener.endpoint) did not answer the connection attempt within 300 ms")
    withExtendedLifetime(listener) {}
  }

  @Test("SEC-04 a message that begins and never ends closes the flow")
  func slowPeer() async throws {
    let server = try await RawServer.start()
    var settings = StreamSettings()
    settings.messageLimit = .milliseconds(100)
    let probe = try await FlowProbe.open(server.target(), settings)
    let connection = try await server.accept()
    try await connection.send(Self.response(200) + "SIP/2.0 200")
    let events = await probe.next(10)
    #expect(events.count == 3)
    let reason = "\(server.endpoint) began a message and did not end it within 100 ms"
    #expect(events.last == .closed(FlowFailure(.stalled, reason)))
    #expect(await connection.readAll() == [])
    try await server.stop()
  }

  @Test(
    "SEC-01 SEC-02 TRN-10 TLS-13 what cannot be cut ends the flow after what came before it",
    arguments: [
      ("SIP/2.0 200 OK\r\nContent-Length: 4294967295\r\n\r\n", "body"),
      ("SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length is not one decimal number"),
      ("\u{15}\u{3}\u{3}\u{0}\u{2}\u{2}\u{28}", "this is a TLS record"),
      ("HTTP/1.1 400 Bad Request\r\n\r\n", "this is HTTP"),
    ]
  )
  func framing(bytes: String, words: String) async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target())
    let connection = try await server.accept()
    try await connection.send(Self.response(100) + bytes)
    let events = await probe.next(10)
    #expect(events.count == 3 && events[1] == .message(Self.response(100), hasLength: true))
    guard case .closed(let failure)? = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(failure.kind == .framing)
    #expect(failure.reason.hasPrefix("\(server.endpoint) sent what cannot be used: "))
    #expect(failure.reason.contains(words))
    #expect(await connection.readAll() == [])
    try await server.stop()
  }

  @Test("SEC-03 TRN-28 a peer that never reads ends the flow once too much waits for it")
  func neverReads() async throws {
    let server = try await RawServer.start(reads: false)
    let probe = try await FlowProbe.open(server.target())
    _ = try await server.accept()
    _ = await probe.next(1)
    let message = [UInt8](repeating: 0x61, count: 100_000)
    var sent = 0
    while try await probe.perform({ flow in
      flow.send(message)
      flow.flush()
      return flow.isOpen
    }) {
      sent += message.count
      try #require(sent < 1 << 30)
    }
    let failure = try #require(await probe.failure())
    #expect(failure.kind == .overflow)
    #expect(failure.reason.hasPrefix("\(server.endpoint) does not read what is sent to it: "))
    try await server.stop()
  }

  @Test("TRN-29 a local port can be fixed, and one in use is a plain failure")
  func localPort() async throws {
    let server = try await RawServer.start()
    let other = try await RawServer.start()
    var target = server.target()
    target.local = Endpoint(address: Host("127.0.0.1")!, port: other.endpoint.port)
    let taken = try await FlowProbe.open(target)
    let failure = try #require(await taken.failure())
    #expect(failure.kind == .localAddress)
    try await other.stop()
    // Nobody else has this port at an address that only this test uses.
    target.local = Endpoint(address: Host("127.0.0.2")!, port: server.endpoint.port)
    let probe = try await FlowProbe.open(target)
    #expect(await probe.next(1) == [.opened(local: target.local)])
    try await probe.close()
    try await server.stop()
  }

  @Test("a flow that its owner closes says nothing more, and what was sent still arrives")
  func closedByOwner() async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target())
    let connection = try await server.accept()
    _ = await probe.next(1)
    try await probe.perform { flow in
      flow.send(Array("bye".utf8))
      flow.close()
      flow.send(Array("lost".utf8))
      flow.flush()
      #expect(!flow.isOpen)
    }
    #expect(await connection.readAll() == Array("bye".utf8))
    try await server.stop()
  }
}
