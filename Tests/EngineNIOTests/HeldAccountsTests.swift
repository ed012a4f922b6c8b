import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// A server that asks to be left alone: who waits for it, and who does not.
struct HeldAccountsTests {
  private typealias Network = SimulatedNetwork

  /// A registrar that answers the first request, and asks for quiet.
  private static func network(retryAfter: Int) -> Network {
    Network { _ in .status(503, "Busy", rows: ["Retry-After: \(retryAfter)"]) }
  }

  @Test("REG-51 accounts that wait for a server that asked for quiet are told, with the time")
  func whoWaitsIsTold() throws {
    var network = Self.network(retryAfter: 100)
    try network.add([Network.account("a")])
    #expect(network.machine.heldAccounts(at: network.now).isEmpty)
    network.run(for: .seconds(1))
    try network.add([Network.account("b"), Network.account("c")])
    network.run(for: .seconds(10))
    let held = network.machine.heldAccounts(at: network.now)
    #expect(held.map(\.account) == ["b", "c"])
    #expect(held.allSatisfy { $0.server == "192.0.2.1:5060" && $0.remaining > .seconds(80) })
    #expect(held[0].reason.hasPrefix("192.0.2.1:5060 asked to be left alone, for "))
    network.run(for: .seconds(300))
    #expect(!network.requests(of: "b").isEmpty)
  }

  @Test func aQuestionAndARemovalDoNotWaitForLongerThanForAnAnswer() throws {
    for (seconds, waits) in [(20, true), (100, false)] {
      var network = Self.network(retryAfter: seconds)
      try network.add([Network.account("a")])
      network.run(for: .seconds(1))
      let sent = network.requests.count
      let account = Network.account("b")
      let sequence = CallSequence(callID: "gone", lastCSeq: 1, ceiling: 10)
      network.machine.query(BindingQuery(account: account), ticket: 1, position: 0, at: network.now)
      network.machine.withdraw(
        Withdrawal(
          account: Network.account("c"),
          credentials: [],
          sequence: sequence,
          contact: "sip:c@192.0.2.9"
        ),
        ticket: 2,
        position: 0,
        at: network.now
      )
      network.machine.pump(at: network.now)
      network.run(for: .milliseconds(10))
      #expect(network.requests.count == sent)
      #expect(network.listings.isEmpty == waits && network.withdrawn.isEmpty == waits)
      guard !waits else {
        network.run(for: .seconds(60))
        #expect(network.requests.count > sent)
        continue
      }
      guard case .unknown(let reason) = network.listings[0] else {
        Issue.record("\(network.listings)")
        continue
      }
      #expect(reason.hasPrefix("192.0.2.1:5060 asked to be left alone, for "))
      #expect(network.withdrawn[0].failure == .refused)
      #expect(network.withdrawn[0].reason == reason)
      #expect(network.withdrawn[0].cseq == 1)
    }
  }
}
