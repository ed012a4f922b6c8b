import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Requests that are too large for a datagram.
struct LargeRequestTests {
  /// An account whose first REGISTER has so many bytes.
  private static func account(bytes: Int) throws -> Account {
    var account = SimulatedNetwork.account("a", at: "reg.example.org")
    account.headers = [HeaderField("X-Fill", "x")]
    var network = Self.network()
    try network.add([account])
    network.run(for: .seconds(1))
    let size = try #require(network.requests.first).bytes.count
    account.headers = [HeaderField("X-Fill", String(repeating: "x", count: bytes - size + 1))]
    return account
  }

  private static func network(
    reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply = SimulatedNetwork.Reply.good
  ) -> SimulatedNetwork {
    var network = StreamsTests.network(reply: reply)
    network.names["reg.example.org"] = [SimulatedNetwork.server]
    return network
  }

  @Test("TRN-02 a request over 1300 bytes goes over TCP, and its Via says so; one of 1300 stays")
  func theLimit() throws {
    for (bytes, transport) in [(1300, "UDP"), (1301, "TCP")] {
      var network = Self.network()
      try network.add([try Self.account(bytes: bytes)])
      network.run(for: .seconds(1))
      #expect(network.requests.map { $0.bytes.count } == [bytes])
      #expect(network.requests[0].text.contains("Via: SIP/2.0/\(transport) 192.0.2.100:5062;"))
      #expect(network.requests[0].contactURI == "sip:a@192.0.2.100:5062", "calls still come over UDP")
      #expect(network.state("a") == .ok)
    }
  }

  @Test("TRN-03 where the server takes no TCP the request goes over UDP, and the next ones at once")
  func theWayBack() throws {
    var network = Self.network { .bound(120, $0) }
    network.closedPorts = [Target.Server(SimulatedNetwork.server, .tcp)]
    try network.add([try Self.account(bytes: 1400)])
    network.run(for: .seconds(300))
    #expect(network.requests.count >= 3)
    #expect(network.requests.allSatisfy { $0.text.contains("Via: SIP/2.0/UDP ") })
    #expect(network.connects.filter { $0.server.transport == .tcp }.count == 1)
    #expect(network.state("a") == .ok)
  }

  @Test("TRN-04 an answer to a challenge may be too large where the first request was not")
  func eachRequestIsMeasured() throws {
    let nonce = String(repeating: "n", count: 400)
    var network = Self.network { request in
      request.isAuthorized
        ? .good(request)
        : .status(401, "Unauthorized", rows: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"\(nonce)\""])
    }
    try network.add([try Self.account(bytes: 1200)], password: "p")
    network.run(for: .seconds(1))
    #expect(network.requests.map { $0.text.contains("Via: SIP/2.0/TCP ") } == [false, true])
    #expect(network.state("a") == .ok)
  }

  @Test("TRN-04 an account that names UDP stays with it")
  func declaredUDP() throws {
    var network = Self.network()
    var account = try Self.account(bytes: 2000)
    account.transport = .udp
    try network.add([account])
    network.run(for: .seconds(1))
    #expect(network.requests.map { $0.text.contains("Via: SIP/2.0/UDP ") } == [true])
    #expect(network.state("a") == .ok)
  }
}
