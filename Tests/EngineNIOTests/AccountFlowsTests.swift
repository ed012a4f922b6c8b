import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Several flows of one account, each over an edge of its own (RFC 5626, 4.2.1).
struct AccountFlowsTests {
  private static let edges = [SimulatedNetwork.server(11), SimulatedNetwork.server(12)]
  private static let instance = "urn:uuid:0b1f"

  private static var flows: [Account] {
    var account = SimulatedNetwork.account("alice")
    account.outbound = OutboundSettings(isEnabled: true)
    account.outbound.flows = edges.map { edge in
      SIPURI(host: edge.address, port: edge.port, parameters: [SIPURI.Field("lr")])
    }
    return account.flows
  }

  private static func contact(_ flow: Int) -> String {
    "Contact: <sip:alice@192.0.2.100:5062>;+sip.instance=\"<\(instance)>\";reg-id=\(flow);expires=600"
  }

  private static func network(
    _ reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply
  ) throws -> SimulatedNetwork {
    var network = SimulatedNetwork(reply: reply)
    let additions = flows.map { account in
      var addition = SimulatedNetwork.addition(account)
      addition.instanceID = instance
      return addition
    }
    try network.machine.add(additions, at: network.now)
    network.perform()
    return network
  }

  /// A registrar behind both edges, which lists both flows.
  private static func both(_ request: SimulatedNetwork.Request) -> SimulatedNetwork.Reply {
    .status(200, "OK", rows: ["Require: outbound", contact(2), contact(1)])
  }

  @Test("OUT-06 OUT-05 OUT-04 each flow has its edge, Call-ID and reg-id, and the same instance id")
  func eachFlowRegisters() throws {
    var network = try Self.network(Self.both)
    network.run(for: .seconds(2000))
    #expect(Set(network.requests.map(\.server)) == Set(Self.edges))
    for (number, edge) in Self.edges.enumerated() {
      let sent = network.requests.filter { $0.server == edge }
      #expect(sent.count > 2)
      #expect(Set(sent.map(\.callID)) == [number == 0 ? "call-alice" : "call-alice/2"])
      #expect(sent.map(\.cseq) == Array(1...sent.count))
      #expect(sent.allSatisfy { $0.contact?.contains(";reg-id=\(number + 1);") == true })
      #expect(sent.allSatisfy { $0.contact?.contains("\"<\(Self.instance)>\"") == true })
      #expect(sent.allSatisfy { $0.row("Route")?.contains(edge.address.description) == true })
      #expect(sent.allSatisfy { $0.row("Supported") == "path, outbound" })
    }
    #expect(network.state("alice") == .ok && network.state("alice/2") == .ok)
  }

  @Test("OUT-06 a silent edge holds up no refresh of the other flow, which is never without its binding")
  func aSilentEdge() throws {
    var network = try Self.network { request in
      request.server == Self.edges[0] ? .silence : .status(200, "OK", rows: [Self.contact(2)])
    }
    network.run(for: .seconds(3600))
    #expect(network.state("alice") == .failed)
    let states = network.states("alice/2")
    #expect(states.filter { $0 != .ok && $0 != .refreshing } == [.progress])
    let times = network.requests.filter { $0.server == Self.edges[1] }.map(\.at)
    #expect(times.first == .zero)
    #expect(zip(times.dropFirst(), times).allSatisfy { $0 - $1 < .seconds(600) })
  }

  @Test("OUT-06 REG-40 a list with the other flow alone is not our binding, though the contact is ours")
  func theOtherFlowIsNotOurs() throws {
    var network = try Self.network { _ in .status(200, "OK", rows: [Self.contact(2)]) }
    network.run(for: .seconds(1))
    #expect(network.last("alice")?.failure == .notBound)
    #expect(network.state("alice/2") == .ok)
  }

  @Test("OUT-08 OUT-06 the removal of a flow names it, and the flow that stays listed is no failure")
  func aFlowIsRemoved() throws {
    var network = SimulatedNetwork { _ in .status(200, "OK", rows: [Self.contact(1)]) }
    var withdrawal = Withdrawal(
      account: Self.flows[1],
      credentials: [],
      sequence: CallSequence(callID: "call-2", lastCSeq: 7, ceiling: 64),
      contact: "sip:alice@192.0.2.100:5062"
    )
    withdrawal.instanceID = Self.instance
    network.machine.withdraw(withdrawal, ticket: 0, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    let contact = try #require(network.requests.first?.contact)
    #expect(contact.contains("\"<\(Self.instance)>\";reg-id=2") && network.requests[0].row("Expires") == "0")
    #expect(network.withdrawn.map(\.failure) == [nil])
  }

  @Test("OUT-15 OUT-06 a first flow goes on without outbound, a later one does not: it would be no flow")
  func noOutboundAtTheFirstHop() throws {
    var network = try Self.network { request in
      guard request.contact?.contains("reg-id") == true else { return .good(request) }
      return .status(439, "First Hop Lacks Outbound Support")
    }
    network.run(for: .seconds(10))
    #expect(network.state("alice") == .ok)
    #expect(network.state("alice/2") == .failed && network.last("alice/2")?.code == 439)
    #expect(network.requests.filter { $0.server == Self.edges[1] }.count == 1)
  }
}
