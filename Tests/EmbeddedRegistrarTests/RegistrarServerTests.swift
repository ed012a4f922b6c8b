import NIOCore
import NIOPosix
import SIP
import Testing

@testable import EmbeddedRegistrar

@Suite struct RegistrarServerTests {
  /// Sends datagrams to the registrar one by one, and collects as many answers.
  private func exchange(_ requests: [String], with server: Endpoint) async throws -> [LabAnswer] {
    let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: server.address.isLoopbackIPv6 ? "::1" : "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
            wrappingChannelSynchronously: channel
          )
        }
      }
    let peer = try SocketAddress(
      ipAddress: server.address.isLoopbackIPv6 ? "::1" : "127.0.0.1",
      port: Int(server.port)
    )
    return try await channel.executeThenClose { inbound, outbound in
      var answers: [LabAnswer] = []
      var iterator = inbound.makeAsyncIterator()
      for request in requests {
        try await outbound.write(AddressedEnvelope(remoteAddress: peer, data: ByteBuffer(string: request)))
        guard let answer = try await iterator.next() else { break }
        answers.append(LabAnswer(bytes: Array(answer.data.readableBytesView), peer: server))
      }
      return answers
    }
  }

  private func request(_ number: UInt32) -> String {
    LabRequest("<sip:alice@192.0.2.10>", cseq: number).changed { $0.branch = "z9hG4bKs\(number)" }.text
  }

  @Test("UAS-24 by default it listens on loopback, and says that anybody may register")
  func defaults() async throws {
    let server = RegistrarServer()
    let endpoint = try await server.start()
    #expect(endpoint.address == .ipv4(IPv4Address(value: 0x7f00_0001)))
    #expect(endpoint.port > 0)
    #expect(server.warnings.count == 1)
    try await server.stop()
  }

  @Test("UAS-24 an open address and an open registrar are both said")
  func warnings() async throws {
    let server = RegistrarServer(bind: Endpoint(address: .ipv4(IPv4Address(value: 0)), port: 0))
    #expect(server.warnings.count == 2)
    try await server.stop()
  }

  @Test("it registers over UDP, and tells what it holds", arguments: ["127.0.0.1", "[::1]"])
  func registers(_ address: String) async throws {
    let server = RegistrarServer(bind: Endpoint(address: try #require(Host(address)), port: 0), seed: 1)
    let endpoint = try await server.start()
    let answers = try await exchange([request(1), request(2), request(2)], with: endpoint)
    #expect(answers.map(\.status) == [200, 200, 200])
    #expect(try await server.bindings.map(\.contact) == ["sip:alice@192.0.2.10"])
    #expect(try await server.requestCount == 3)
    #expect(try await server.requests.map(\.isCopy) == [false, false, true])
    #expect(try await server.requests.first?.identity?.key == "sip:alice@example.com")
    try await server.clearBindings()
    #expect(try await server.bindings.isEmpty)
    try await server.stop()
  }

  @Test("UAS-27 faults can be set while it runs, a delay included")
  func faults() async throws {
    let server = RegistrarServer()
    let endpoint = try await server.start()
    try await server.setFaults(try FaultScript(parsing: "status=503,nth=1; delay=20ms,nth=2"))
    let answers = try await exchange([request(1), request(2), request(3)], with: endpoint)
    #expect(answers.map(\.status) == [503, 200, 200])
    try await server.stop()
  }

  @Test("a port that is taken is an error")
  func portTaken() async throws {
    let first = RegistrarServer()
    let endpoint = try await first.start()
    let second = RegistrarServer(bind: endpoint)
    await #expect(throws: (any Error).self) { try await second.start() }
    try await second.stop()
    try await first.stop()
  }
}

extension Host {
  fileprivate var isLoopbackIPv6: Bool { self == Host("[::1]") }
}
