import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Keep-alives on flows.
struct KeepAliveTests {
  /// A registrar that grants an hour, with rows of its own.
  private static func registrar(_ rows: [String]) -> (SimulatedNetwork.Request) -> SimulatedNetwork.Reply {
    { .status(200, "OK", rows: ["Contact: <\($0.contactURI)>;expires=3600"] + rows) }
  }

  private static func gaps(_ network: SimulatedNetwork) -> [Duration] {
    let times = [Duration.zero] + network.pings.map(\.at)
    return zip(times, times.dropFirst()).map { $1 - $0 }
  }

  @Test("OUT-11 a connection is pinged every 95 to 120 s")
  func withoutFlowTimer() throws {
    var network = StreamsTests.network()
    try network.add([StreamsTests.account("a")])
    network.run(for: .seconds(3000))
    let gaps = Self.gaps(network)
    #expect(gaps.count >= 24)
    #expect(gaps.allSatisfy { $0 >= .seconds(95) && $0 <= .seconds(121) })
    #expect(Set(gaps).count > 10)
  }

  @Test("OUT-10 Flow-Timer is obeyed: pings at 80 to 100 % of it, and never later")
  func flowTimer() throws {
    var network = StreamsTests.network(reply: Self.registrar(["Require: outbound", "Flow-Timer: 20"]))
    try network.add([StreamsTests.account("a")])
    network.run(for: .seconds(1000))
    let gaps = Self.gaps(network)
    #expect(gaps.count >= 50)
    #expect(gaps.allSatisfy { $0 >= .seconds(16) && $0 <= .milliseconds(20_010) })
  }

  @Test("OUT-12 OUT-17 no pong within 10 s after outbound was agreed on: the flow has failed")
  func noPong() throws {
    var network = StreamsTests.network(reply: Self.registrar(["Require: outbound", "Flow-Timer: 20"]))
    network.pongWait = nil
    try network.add([StreamsTests.account("a")])
    network.run(for: .seconds(31))
    #expect(network.pings.count == 1 && network.closed == [0])
    #expect(network.last("a")?.failure == .transport("no answer to a keep-alive within 10.0 seconds"))
    #expect(network.last("a")?.state == .ok)
    network.run(for: .seconds(61))
    #expect(network.connects.count == 2 && network.requests.count == 2)
  }

  @Test("OUT-12 a message that is under way hides the pong: the flow has until its end")
  func aMessageUnderWay() throws {
    var network = StreamsTests.network(reply: Self.registrar(["Require: outbound", "Flow-Timer: 20"]))
    network.pongWait = nil
    try network.add([StreamsTests.account("a")])
    network.run(for: .seconds(15))
    network.machine.receivedAll(on: 0, isReceiving: true, at: network.now)
    network.run(for: .seconds(30))
    #expect(network.closed.isEmpty)
    network.machine.receivedAll(on: 0, isReceiving: false, at: network.now)
    network.run(for: .seconds(1))
    #expect(network.closed == [0])
  }

  @Test("OUT-09 without outbound nobody has to answer pings")
  func plainRegistration() throws {
    var network = StreamsTests.network()
    network.pongWait = nil
    try network.add([StreamsTests.account("a")])
    network.run(for: .seconds(3000))
    #expect(network.pings.count > 20 && network.closed.isEmpty && network.connects.count == 1)
  }

  @Test("OUT-13 TRN-25 over UDP nothing keeps a flow alive, unless the account asks for it")
  func overUDP() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1000))
    #expect(network.pings.isEmpty)
    var wishful = SimulatedNetwork.account("b")
    wishful.keepAlive = 30
    try network.add([wishful])
    network.run(for: .seconds(1000))
    #expect((33...42).contains(network.pings.count))
  }

  @Test("an account's own period counts on a connection too, and 0 turns it off")
  func ownPeriods() throws {
    var network = StreamsTests.network()
    var account = StreamsTests.account("a")
    account.keepAlive = 10
    try network.add([account])
    network.run(for: .seconds(100))
    #expect((10...13).contains(network.pings.count))
    network = StreamsTests.network()
    account.keepAlive = 0
    try network.add([account])
    network.run(for: .seconds(1000))
    #expect(network.pings.isEmpty)
  }

  @Test("OUT-21 a refused refresh does not end the connection")
  func refusedRefreshes() throws {
    var network = StreamsTests.network { $0.cseq == 2 ? .status(503, "No") : .bound(600, $0) }
    try network.add([StreamsTests.account("a")])
    network.run(for: .seconds(3000))
    #expect(network.connects.count == 1 && network.state("a") == .ok)
  }

  @Test("a connection that nobody uses any more is closed when its next ping is due")
  func unused() throws {
    var network = StreamsTests.network()
    try network.add([StreamsTests.account("a")])
    network.run(for: .seconds(1))
    try network.forget(["a"])
    network.run(for: .seconds(121))
    #expect(network.closed == [0] && network.pings.isEmpty)
  }
}
