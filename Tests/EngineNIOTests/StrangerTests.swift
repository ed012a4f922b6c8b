import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Traffic of those we never asked anything.
@Suite(.timeLimit(.minutes(3))) struct StrangerTests {
  private static func request(_ method: String, number: Int = 0, vias: Int = 0) -> String {
    let chain = (0..<vias).map { "Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKv\($0)\r\n" }.joined()
    return """
      \(method) sip:a@192.0.2.100:5062 SIP/2.0\r
      Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKr\(number);rport\r
      \(chain)From: <sip:x@192.0.2.1>;tag=1\r\nTo: <sip:a@192.0.2.1>\r\nCall-ID: c\(number)\r\nCSeq: 1 \(method)\r
      Content-Length: 0\r\n\r\n
      """
  }

  private static let stranger = Endpoint(address: Host("198.51.100.1")!, port: 5060)

  @Test("SEC-12 fifty thousand stray answers and requests leave nothing behind and delay no refresh")
  func floodsAreForgotten() throws {
    var network = SimulatedNetwork { .bound(60, $0) }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    let slots = network.machine.slots.count
    let due = network.machine.nextDeadline
    let stray =
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.100:5062;branch=z9hG4bK00000000\(String(repeating: "a", count: 24))"
      + "\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:a@x>;tag=2\r\nCall-ID: call-a\r\nCSeq: 1 REGISTER\r\n\r\n"
    for number in 0..<25_000 {
      network.inject(stray, from: Self.stranger, by: .listener)
      network.inject(Self.request("OPTIONS", number: number), from: Self.stranger, by: .listener)
    }
    #expect(network.machine.slots.count == slots && network.machine.requestsInFlight == 0)
    #expect(network.machine.strayAnswers == 25_000)
    let dueAfter = network.machine.nextDeadline
    #expect(due != nil && dueAfter == due)
    network.run(for: .seconds(60))
    #expect(network.requests.count >= 2 && network.state("a") == .ok)
    #expect(network.requests[1].at < .seconds(30))
  }

  @Test(
    "SEC-13 a stranger gets one answer a request, hardly larger than the request",
    arguments: ["OPTIONS", "INVITE", "FOO", "MESSAGE", "BYE"],
    [0, 1, 60]
  )
  func answersDoNotAmplify(method: String, vias: Int) throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    let request = Self.request(method, vias: vias)
    network.inject(request, from: Self.stranger, by: .listener)
    #expect(network.answers.count == 1 && network.requests.count == 1)
    #expect(network.answers[0].utf8.count < request.utf8.count * 3 / 2)
  }

  @Test("SEC-13 a branch as long as the message is not given back twice")
  func longBranchesAreNotDoubled() {
    var network = SimulatedNetwork()
    let long = Self.request("OPTIONS").replacing(
      "z9hG4bKr0",
      with: "z9hG4bK" + String(repeating: "b", count: 5000)
    )
    network.inject(long, from: Self.stranger, by: .listener)
    #expect(network.answers.count <= 1)
    #expect((network.answers.first?.utf8.count ?? 0) < long.utf8.count * 3 / 2)
  }

  @Test("SEC-13 strangers are answered so often and no more; our registrar always")
  func strangersAreLimited() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    for number in 0..<1000 {
      network.inject(Self.request("OPTIONS", number: number), from: Self.stranger, by: .listener)
    }
    #expect(network.answers.count == 200)
    network.run(for: .seconds(1))
    for number in 0..<1000 {
      network.inject(Self.request("OPTIONS", number: number), from: Self.stranger, by: .listener)
    }
    #expect(network.answers.count == 300)
    for number in 0..<1000 {
      network.inject(Self.request("OPTIONS", number: number), by: number % 2 == 0 ? .flow(0) : .listener)
    }
    #expect(network.answers.count == 1300)
  }
}
