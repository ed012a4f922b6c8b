import NIOCore
import SIP
import TestSupport
import Testing

@testable import SIPTransport

@Suite(.timeLimit(.minutes(3))) struct WebSocketFlowTests {
  private static let message = "SIP/2.0 200 OK\r\nCall-ID: 1\r\n\r\n"

  /// The key that a client's request has.
  private func key(_ request: String) throws -> String {
    let row = try #require(request.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") })
    return String(row.dropFirst("Sec-WebSocket-Key: ".count))
  }

  private func acceptance(_ key: String, rows: String = "Sec-WebSocket-Protocol: sip\r\n") -> String {
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
      + "Sec-WebSocket-Accept: \(WebSocketAccept.value(for: key))\r\n\(rows)\r\n"
  }

  /// A frame as a server sends it, shorter than 126 bytes.
  private func frame(_ first: UInt8, _ payload: String) -> [UInt8] {
    [first, UInt8(payload.utf8.count)] + Array(payload.utf8)
  }

  /// A flow that is open, and the server's side of it.
  private func open(
    _ server: RawServer,
    _ settings: StreamSettings = StreamSettings()
  ) async throws -> (FlowProbe, RawConnection) {
    let probe = try await FlowProbe.open(server.target(.ws), settings)
    let connection = try await server.accept()
    let request = await connection.read(until: "\r\n\r\n")
    try await connection.send(acceptance(try key(request)))
    guard case .opened? = await probe.next(1).first else { throw SupportError.timedOut("an open flow") }
    return (probe, connection)
  }

  @Test("WSS-01 the handshake asks for `sip` at the host, path and port of the URI")
  func request() async throws {
    let server = try await RawServer.start()
    var target = server.target(.ws)
    target.path = "/sip?a=1"
    let probe = try await FlowProbe.open(target)
    let request = await (try server.accept()).read(until: "\r\n\r\n")
    let port = server.endpoint.port
    #expect(request.hasPrefix("GET /sip?a=1 HTTP/1.1\r\nHost: example.com:\(port)\r\n"))
    for row in [
      "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: sip",
    ] {
      #expect(request.contains("\r\n\(row)\r\n"))
    }
    #expect(request.contains("\r\nOrigin: http://example.com:\(port)\r\n"))
    try await probe.close()
    try await server.stop()
  }

  @Test(
    "WSS-01 WSS-07 a server that does not open a WebSocket for SIP is a plain failure",
    arguments: [
      ("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n", "demands HTTP authentication"),
      ("HTTP/1.1 403 Forbidden\r\n\r\n", "forbids the WebSocket"),
      ("HTTP/1.1 404 Not Found\r\n\r\n", "has no WebSocket at this path"),
      ("HTTP/1.1 302 Found\r\nLocation: https://a.example/\r\n\r\n", "redirects to https://a.example/"),
      ("HTTP/1.1 200 OK\r\n\r\n", "answered the WebSocket handshake with HTTP 200"),
      (
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
        "a false 101"
      ),
      ("SIP/2.0 400 Bad Request\r\n\r\n", "does not speak HTTP"),
      ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "no HTTP that can be read"),
      (String(repeating: "x", count: 17_000), "no HTTP that can be read"),
    ]
  )
  func refused(answer: String, words: String) async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target(.ws))
    let connection = try await server.accept()
    _ = await connection.read(until: "\r\n\r\n")
    try await connection.send(answer)
    guard case .failed(let failure)? = await probe.next(1).first else {
      Issue.record("not failed")
      return
    }
    #expect(failure.kind == .webSocket)
    #expect(failure.reason.contains(words), "\(failure)")
    #expect(await connection.readAll() == [])
    try await server.stop()
  }

  @Test(
    "WSS-01 a 101 without the subprotocol, or with another, is a failure",
    arguments: ["", "Sec-WebSocket-Protocol: chat\r\n"]
  )
  func noSubprotocol(rows: String) async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target(.ws))
    let connection = try await server.accept()
    let request = await connection.read(until: "\r\n\r\n")
    try await connection.send(acceptance(try key(request), rows: rows))
    let failure = try #require(await probe.failure())
    #expect(failure.kind == .webSocket && failure.reason.contains("without the subprotocol `sip`"))
    #expect(await connection.readAll() == [])
    try await server.stop()
  }

  @Test("WSS-02 WSS-06 text, binary and fragments are messages, and the frame says where one ends")
  func frames() async throws {
    let server = try await RawServer.start()
    let probe = try await FlowProbe.open(server.target(.ws))
    let connection = try await server.accept()
    let request = await connection.read(until: "\r\n\r\n")
    // The first frame may come in one segment with the 101.
    try await connection.send(Array(acceptance(try key(request)).utf8) + frame(0x81, Self.message))
    try await connection.send(frame(0x82, "a"))
    try await connection.send(frame(0x01, "SIP/2.0 "))
    try await connection.send(frame(0x89, "now?"))
    try await connection.send(frame(0x00, "200 "))
    try await connection.send(frame(0x80, "OK\r\nContent-Length: 999\r\n\r\n"))
    let events = await probe.next(4)
    #expect(
      events.dropFirst() == [
        .message(Self.message, hasLength: true), .message("a", hasLength: true),
        .message("SIP/2.0 200 OK\r\nContent-Length: 999\r\n\r\n", hasLength: true),
      ]
    )
    try await probe.close()
    try await server.stop()
  }

  @Test("WSS-03 WSS-08 frames that go out are masked; text, or binary where it is not UTF-8")
  func sent() async throws {
    let server = try await RawServer.start()
    let (probe, connection) = try await open(server)
    try await probe.perform { flow in
      flow.send(Array("one".utf8))
      flow.send([0xff])
      flow.flush()
    }
    let bytes = await connection.read(9 + 7)
    #expect(
      bytes.count == 16 && bytes[0] == 0x81 && bytes[1] == 0x80 | 3 && bytes[9] == 0x82 && bytes[10] == 0x81
    )
    #expect((0..<3).map { bytes[6 + $0] ^ bytes[2 + $0] } == Array("one".utf8))
    #expect(bytes[15] ^ bytes[11] == 0xff)
    try await probe.close()
    try await server.stop()
  }

  @Test("WSS-08 OUT-12 a ping is answered with its payload, a pong is told, and so is a CRLF")
  func keepAlive() async throws {
    let server = try await RawServer.start()
    let (probe, connection) = try await open(server)
    try await connection.send(frame(0x89, "now?") + frame(0x8a, "") + frame(0x81, "\r\n"))
    #expect(await probe.next(2) == [.pong, .pong])
    let bytes = await connection.read(10)
    #expect(bytes.prefix(2) == [0x8a, 0x84])
    #expect((0..<4).map { bytes[6 + $0] ^ bytes[2 + $0] } == Array("now?".utf8))
    try await probe.perform { flow in
      flow.sendPing()
      flow.flush()
    }
    #expect(await connection.read(10).prefix(2) == [0x81, 0x84])
    try await probe.close()
    try await server.stop()
  }

  @Test("WSS-08 WSS-09 a close is answered and told with its reason")
  func closed() async throws {
    let server = try await RawServer.start()
    let (probe, connection) = try await open(server)
    try await connection.send([0x88, 6, 0x03, 0xe9] + Array("away".utf8))
    #expect(
      await probe.failure()
        == FlowFailure(.closed, "\(server.endpoint) closed the WebSocket with code 1001: away")
    )
    #expect(await connection.readAll().prefix(2) == [0x88, 0x82])
    try await server.stop()
  }

  @Test(
    "WSS-08 SEC-02 what breaks the rules ends the flow, and no claim of a length is believed",
    arguments: [
      [0x81, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0], [0x81, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x82, 0x7f, 0, 0, 0, 0, 0x7f, 0, 0, 0],
      [0x81, 0x81, 1, 2, 3, 4, 5], [0xc1, 1, 0x61], [0x80, 1, 0x61], [0x01, 1, 0x61, 0x81, 1, 0x61],
      [0x83, 1, 0x61],
    ] as [[UInt8]]
  )
  func broken(bytes: [UInt8]) async throws {
    let server = try await RawServer.start()
    let (probe, connection) = try await open(server)
    try await connection.send(bytes)
    let failure = try #require(await probe.failure())
    #expect(failure.kind == .framing, "\(failure)")
    _ = await connection.readAll()
    try await server.stop()
  }

  @Test(
    "SEC-04 a frame or a row of fragments that never ends closes the flow",
    arguments: [[0x81], [0x81, 10, 0x61], [0x01, 1, 0x61], [0x01, 1, 0x61, 0x89, 0]] as [[UInt8]]
  )
  func unfinished(bytes: [UInt8]) async throws {
    let server = try await RawServer.start()
    var settings = StreamSettings()
    settings.messageLimit = .milliseconds(100)
    let (probe, connection) = try await open(server, settings)
    try await connection.send(frame(0x81, Self.message) + bytes)
    #expect(await probe.next(1) == [.message(Self.message, hasLength: true)])
    #expect(await probe.failure()?.kind == .stalled)
    _ = await connection.readAll()
    try await server.stop()
  }

  @Test("TXN-15 a server that never answers the handshake is named as such")
  func stalled() async throws {
    let server = try await RawServer.start()
    var settings = StreamSettings()
    settings.openLimit = .seconds(2)
    let probe = try await FlowProbe.open(server.target(.ws), settings)
    let failure = try #require(await probe.failure())
    #expect(failure.kind == .timedOut && failure.reason.contains("did not answer the WebSocket handshake"))
    try await server.stop()
  }
}
