import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct TransactionOnTheWireTests {
  private static let silentTimes: [Duration] = [
    .zero, .milliseconds(500), .milliseconds(1500), .milliseconds(3500), .milliseconds(7500),
    .milliseconds(11500), .milliseconds(15500), .milliseconds(19500), .milliseconds(23500),
    .milliseconds(27500),
    .milliseconds(31500),
  ]

  private static func alone(_ reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply) throws
    -> SimulatedNetwork
  {
    var network = SimulatedNetwork(reply: reply)
    try network.add([SimulatedNetwork.account("a")], password: "p")
    return network
  }

  @Test(
    "TXN-01 TXN-02 TXN-09 DNS-22 UAC-07 REG-88 a silent server gets eleven identical datagrams, then a pause"
  )
  func silence() throws {
    var network = try Self.alone { _ in .silence }
    network.run(for: .seconds(46))
    #expect(network.requests.count == 11)
    for (request, time) in zip(network.requests, Self.silentTimes) {
      #expect(request.at >= time && request.at <= time + .milliseconds(60))
      #expect(request.bytes == network.requests[0].bytes)
      #expect(request.server == SimulatedNetwork.server)
    }
    let failed = try #require(network.events.first { $0.state == .failed })
    #expect(failed.failure == .timeout && failed.code == nil && failed.nextIn! >= .seconds(15))
  }

  @Test("TXN-04 UAC-04 a provisional answer slows the copies down, and never ends or binds anything")
  func provisionals() throws {
    var network = try Self.alone { request in
      request.at == .zero
        ? .several([
          .status(100, "Trying", after: .milliseconds(200)),
          .status(180, "Ringing", after: .milliseconds(210)),
          .status(199, "x", after: .milliseconds(220)),
        ]) : .silence
    }
    network.run(for: .seconds(20))
    #expect(network.state("a") == .progress)
    let times = network.requests.map {
      Int($0.at.components.seconds * 10 + $0.at.components.attoseconds / 100_000_000_000_000_000)
    }
    #expect(times == [0, 5, 45, 85, 125, 165])
    network.run(for: .seconds(13))
    #expect(network.last("a")?.failure == .timeout)
  }

  @Test("UAC-04 100, 180, 199 and then 200 is a success")
  func provisionalsThenSuccess() throws {
    var network = try Self.alone { request in
      .several([.status(100, "Trying"), .status(199, "x"), .bound(60, request, after: .seconds(3))])
    }
    network.run(for: .seconds(4))
    #expect(network.state("a") == .ok)
  }

  @Test("TXN-05 TXN-06 TXN-07 copies of an answer are absorbed, and the first final one wins")
  func copiesAreAbsorbed() throws {
    let challenge = ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\""]
    var network = try Self.alone { request in
      guard request.isAuthorized else {
        return .several([
          .status(401, "Unauthorized", rows: challenge),
          .status(401, "Unauthorized", rows: challenge, after: .milliseconds(2)),
          .bound(60, request, after: .milliseconds(3)),
          .status(401, "Unauthorized", rows: challenge, after: .seconds(2)),
        ])
      }
      return .several([
        .bound(3600, request, after: .milliseconds(100)), .status(403, "No", after: .milliseconds(120)),
      ])
    }
    network.run(for: .seconds(10))
    #expect(network.requests.map(\.cseq) == [1, 2])
    #expect(network.state("a") == .ok && network.last("a")?.granted == 3600)
  }

  @Test(
    "TXN-10 TXN-11 SEC-20 SEC-30 UAC-08 UAC-43 what does not fit our request in every part is dropped, and counted"
  )
  func misfitsAreDropped() throws {
    var network = try Self.alone { _ in .silence }
    network.run(for: .milliseconds(100))
    let request = try #require(network.requests.first)
    func answer(_ change: (String) -> String) -> String {
      let copied = ["Via", "From", "To", "Call-ID", "CSeq"].map { "\($0): \(request.row($0)!)\r\n" }.joined()
      return "SIP/2.0 200 OK\r\n" + change(copied)
        + "Contact: <\(request.contactURI)>;expires=60\r\nContent-Length: 0\r\n\r\n"
    }
    let wrong: [(String) -> String] = [
      { $0.replacing(request.branch, with: "z9hG4bK" + String(repeating: "0", count: 32)) },
      { $0.replacing(request.branch, with: "z9hG4bK") }, { $0.replacing("1 REGISTER", with: "1 OPTIONS") },
      { $0.replacing("1 REGISTER", with: "2 REGISTER") }, { $0.replacing("call-a", with: "call-b") },
      { $0.replacing("192.0.2.100:5062", with: "192.0.2.101:5062") },
      { $0.replacing("192.0.2.100:5062", with: "192.0.2.100:5063") },
    ]
    for change in wrong { network.inject(answer(change)) }
    network.inject(answer { $0 }, from: SimulatedNetwork.server(9))
    #expect(network.state("a") == .progress)
    #expect(network.machine.strayAnswers == 8)
    network.inject(answer { $0 })
    #expect(network.state("a") == .ok)
    network.inject(answer { $0 })
    network.inject(answer { $0 }.replacing("200 OK", with: "407 X"))
    #expect(network.state("a") == .ok && network.requests.count == 1)
  }

  @Test("UAC-43 a 200 after timer F changes nothing")
  func lateAnswers() throws {
    var network = try Self.alone { .bound(60, $0, after: .seconds(33)) }
    network.run(for: .seconds(34))
    #expect(network.state("a") == .failed)
  }

  @Test("TXN-12 a refused datagram ends the attempt at once")
  func refusedDatagrams() throws {
    var network = SimulatedNetwork { _ in .silence }
    network.refusing = [SimulatedNetwork.server]
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.failure == .transport("Connection refused"))
    #expect(network.requests.count == 1)
    network.refusing = []
    network.reply = SimulatedNetwork.Reply.good
    network.run(for: .seconds(61))
    #expect(network.state("a") == .ok)
  }

  @Test("TRN-28 a flow that cannot be opened is a failure with a pause, and is opened again")
  func unopenedFlows() throws {
    var network = SimulatedNetwork()
    network.unreachable = [SimulatedNetwork.server]
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.failure == .transport("Network is unreachable"))
    network.unreachable = []
    network.run(for: .seconds(61))
    #expect(network.state("a") == .ok)
  }

  @Test("UAC-42 nothing but REGISTER is ever sent, and none while one is unanswered")
  func noCancel() throws {
    var network = try Self.alone { .bound(3600, $0, after: .milliseconds(400)) }
    network.run(for: .milliseconds(100))
    try network.edit("a") { $0.account.expires = 600 }
    try network.edit("a") { $0.account.expires = 700 }
    network.run(for: .milliseconds(250))
    #expect(network.requests.count == 1)
    network.run(for: .seconds(2))
    #expect(network.requests.map { $0.row("Expires") } == ["3600", "700"])
    #expect(network.requests.allSatisfy { $0.startLine.hasPrefix("REGISTER ") })
  }
}
