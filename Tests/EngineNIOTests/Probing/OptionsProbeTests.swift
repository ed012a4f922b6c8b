import SIP
import SIPTransport
import Testing

@testable import EngineNIO

@Suite struct OptionsProbeTests {
  private static let start = Instant(nanoseconds: 1_000_000_000)
  private static let local = Endpoint(address: .ipv4(IPv4Address("192.0.2.7")!), port: 40000)

  /// A probe to one server, and what it asked for so far.
  private struct Scene {
    var probe: OptionsProbe
    var sent: [String] = []
    var wakes: [Instant] = []
    var results: [ProbeResult] = []

    init(_ transport: Transport = .udp, limit: Duration = .seconds(5)) {
      var random = RandomSource(seed: 1)
      let destination = Destination(host: .name("sip.example.org"))
      let server = Target.Server(
        Endpoint(address: .ipv4(IPv4Address("192.0.2.1")!), port: 5060),
        transport
      )
      probe = OptionsProbe(
        OptionsRequest(destination, userAgent: "test", using: &random),
        to: server,
        timers: TransactionTimers(),
        limit: limit,
        at: OptionsProbeTests.start
      )
    }

    mutating func take(_ actions: [OptionsProbe.Action]) {
      for action in actions {
        switch action {
        case .send(let bytes): sent.append(String(decoding: bytes, as: UTF8.self))
        case .wake(let moment): wakes.append(moment)
        case .end(let result): results.append(result)
        }
      }
    }

    mutating func open(after delay: Duration = .zero) {
      take(
        probe.opened(
          local: OptionsProbeTests.local,
          certificate: nil,
          at: OptionsProbeTests.start + delay
        )
      )
    }

    /// The server's answer to the last request.
    mutating func answer(_ status: String, extra: String = "", after delay: Duration, branch: String? = nil) {
      let rows = sent.last?.components("\r\n") ?? []
      let copied = rows.filter { row in
        ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].contains { row.hasPrefix($0) }
      }.map { row in
        guard row.hasPrefix("Via:") else { return row }
        let via = branch.map { "\(row.prefix { $0 != "=" })=\($0)" } ?? row
        return via.replacing(";rport", with: ";rport=41000;received=198.51.100.9")
      }
      let text =
        (["SIP/2.0 \(status)"] + copied).joined(separator: "\r\n") + "\r\n\(extra)Content-Length: 0\r\n\r\n"
      Array(text.utf8).withUnsafeBytes { bytes in
        take(probe.receive(bytes, at: OptionsProbeTests.start + delay))
      }
    }

    mutating func wake(after delay: Duration) {
      take(probe.timerFired(at: OptionsProbeTests.start + delay))
    }
  }

  @Test("an answer tells how long it took, the server's clock, and where it saw us")
  func anAnswer() throws {
    var scene = Scene()
    scene.open()
    let request = try #require(scene.sent.first)
    #expect(
      request.hasPrefix(
        "OPTIONS sip:sip.example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:40000;rport;branch="
      )
    )
    #expect(!request.contains("Contact"))
    scene.answer("200 OK", extra: "Date: Sat, 13 Nov 2010 23:29:00 GMT\r\n", after: .milliseconds(20))
    let answer = ProbeResult.Answer(
      code: 200,
      reason: "OK",
      roundTrip: .milliseconds(20),
      date: 1_289_690_940,
      seenAs: Endpoint(address: .ipv4(IPv4Address("198.51.100.9")!), port: 41000)
    )
    #expect(scene.results == [ProbeResult(.answered(answer), local: Self.local)])
  }

  @Test("copies go out over UDP until the limit, and then it is silence")
  func silence() {
    var scene = Scene()
    scene.open()
    for delay in [500, 1500, 3500] { scene.wake(after: .milliseconds(delay)) }
    #expect(Set(scene.sent).count == 1 && scene.sent.count == 4)
    #expect(scene.wakes.last == Self.start + .seconds(5))
    scene.wake(after: .seconds(5))
    #expect(scene.results.map(\.outcome) == [.silent(after: .seconds(5))])
  }

  @Test("a provisional answer is none")
  func provisional() {
    var scene = Scene()
    scene.open()
    scene.answer("100 Trying", after: .milliseconds(10))
    #expect(scene.results.isEmpty)
    scene.answer("404 Not Found", after: .milliseconds(30))
    guard case .answered(let answer) = scene.results.first?.outcome else {
      Issue.record("no answer")
      return
    }
    #expect(answer.code == 404)
  }

  @Test("what answers another request counts for nothing")
  func strangers() {
    var scene = Scene()
    scene.open()
    scene.answer("200 OK", after: .milliseconds(10), branch: "z9hG4bKsomebodyelse")
    #expect(scene.results.isEmpty)
  }

  @Test("TLS-02 nothing is sent on a connection that was not believed")
  func aRefusedCertificate() {
    var scene = Scene(.tls)
    let shown = ShownCertificate(identity: CertificateIdentity(), issuer: "CN=x", validUntil: 0)
    let failure = FlowFailure(.certificate, "is somebody else's")
    scene.take(scene.probe.failed(failure, certificate: shown))
    scene.open(after: .seconds(1))
    #expect(scene.sent.isEmpty)
    #expect(scene.results == [ProbeResult(.unreachable(failure), certificate: shown)])
  }

  @Test("over a connection the request goes once, and the time to open it is told")
  func overAConnection() {
    var scene = Scene(.tcp)
    scene.open(after: .milliseconds(30))
    scene.wake(after: .seconds(2))
    #expect(scene.sent.count == 1)
    scene.answer("200 OK", after: .milliseconds(2100))
    #expect(scene.results.first?.openedAfter == .milliseconds(30))
  }

  @Test("it ends once, whatever comes later")
  func theEnd() {
    var scene = Scene()
    scene.open()
    scene.take(scene.probe.cutOff())
    scene.answer("200 OK", after: .milliseconds(10))
    scene.wake(after: .seconds(9))
    scene.take(scene.probe.failed(FlowFailure(.refused, "no"), certificate: nil))
    #expect(scene.results.map(\.outcome) == [.cutOff])
  }
}

extension String {
  /// Unlike Foundation's, it works on any line end.
  fileprivate func components(_ separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
