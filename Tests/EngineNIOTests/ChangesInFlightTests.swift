import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// What is asked of the engine while a REGISTER is on its way, or waits for its turn.
struct ChangesInFlightTests {
  private static func contact(_ last: Int) -> ContactDeclaration {
    ContactDeclaration(uri: SIPURI(user: "a", host: Host("192.0.2.\(last)")!))
  }

  private static func dependent(_ name: AccountID, on master: AccountID) -> Account {
    SimulatedNetwork.account(name, dependsOn: [Dependency(account: master)])
  }

  @Test(
    "REG-13 REC-26 contacts that change while a REGISTER is on its way end on the last, and none is left behind"
  )
  func contactsChangeInFlight() throws {
    var network = SimulatedNetwork { .bound(3600, $0, after: .milliseconds(300)) }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .milliseconds(100))
    try network.edit("a") { $0.account.contact = Self.contact(201) }
    network.run(for: .milliseconds(300))
    try network.edit("a") { $0.account.contact = Self.contact(202) }
    network.run(for: .seconds(2))
    #expect(network.states("a").allSatisfy { $0 != .failed })
    #expect(network.requests.count == 3)
    let last = try #require(network.requests.last?.contact)
    #expect(last.hasPrefix("<sip:a@192.0.2.202>;expires=3600"))
    #expect(last.contains("<sip:a@192.0.2.201>;expires=0"))
    #expect(network.requests[1].contact?.contains("<sip:a@192.0.2.100:5062>;expires=0") == true)
  }

  @Test("a contact that is changed back is not removed by the request that binds it")
  func aContactChangedBack() throws {
    var network = SimulatedNetwork()
    var account = SimulatedNetwork.account("a")
    account.contact = Self.contact(201)
    try network.add([account])
    network.run(for: .seconds(1))
    network.reply = { _ in .status(500, "No") }
    try network.edit("a") { $0.account.contact = Self.contact(202) }
    network.run(for: .seconds(1))
    network.reply = SimulatedNetwork.Reply.good
    try network.edit("a") { $0.account.contact = Self.contact(201) }
    network.run(for: .seconds(1))
    #expect(
      network.requests.last?.contact == "<sip:a@192.0.2.201>;expires=3600, <sip:a@192.0.2.202>;expires=0"
    )
  }

  @Test("an edit that names another next hop goes there, whether its account waits, is sent or is challenged")
  func theNextHopChanges() throws {
    for moment in [0, 1, 2] {
      var network = SimulatedNetwork { request in
        request.server == SimulatedNetwork.server
          ? .status(
            401,
            "Unauthorized",
            rows: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\""],
            after: .milliseconds(100)
          )
          : .good(request)
      }
      network.names = ["slow.example.org": []]
      let host = moment == 0 ? "slow.example.org" : "192.0.2.1"
      try network.add([SimulatedNetwork.account("a", at: host)], password: "p")
      network.run(for: .milliseconds(moment == 2 ? 150 : 50))
      try network.edit("a") { $0.account.outboundProxy = [SIPURI(host: Host("192.0.2.7")!)] }
      network.run(for: .seconds(1))
      #expect(network.state("a") == .ok, "\(moment)")
      #expect(network.requests.last?.server == SimulatedNetwork.server(7))
      #expect(network.requests.last?.isAuthorized == false)
    }
  }

  @Test(
    "REC-88 what an account that was forgotten has on its way ends first; then the next of its identity goes"
  )
  func forgettingInFlight() throws {
    var network = SimulatedNetwork(
      limits: [RegistrarLimits(name: "r", uri: SIPURI(host: Host("192.0.2.1")!), maxInFlight: 1)]
    ) { $0.callID == "call-a" ? .silence : .good($0) }
    try network.add([SimulatedNetwork.account("a"), SimulatedNetwork.account("b")])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "b").isEmpty)
    network.machine.query(
      BindingQuery(account: SimulatedNetwork.account("a")),
      ticket: 1,
      position: 0,
      at: network.now
    )
    network.machine.pump(at: network.now)
    try network.forget(["a"])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "b").isEmpty && network.listings.isEmpty)
    network.run(for: .seconds(60))
    #expect(network.state("b") == .ok)
    #expect(network.listings == [.known([])])
    #expect(Set(network.requests.filter { $0.callID == "call-a" }.map(\.cseq)) == [1])
  }

  @Test("forget and refresh of an unknown account change nothing for the others")
  func mistakesChangeNothing() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    #expect(throws: EngineError.unknownAccount("z")) { try network.forget(["a", "z"]) }
    #expect(throws: EngineError.unknownAccount("z")) { try network.refresh(["a", "z"]) }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 1)
    try network.refresh(["a"])
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2)
  }

  @Test("a dependent of a forgotten master keeps what it has, waits, and goes on when the master is back")
  func aForgottenMaster() throws {
    var network = SimulatedNetwork { .bound(100, $0) }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .seconds(1))
    try network.forget(["m"])
    network.run(for: .seconds(95))
    #expect(network.requests(of: "d").count == 1)
    #expect(network.last("d")?.failure == .blocked(by: ["m"]) && network.state("d") == .ok)
    var master = SimulatedNetwork.account("m")
    master.contact = Self.contact(201)
    try network.add([master])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "d").last?.contactURI == "sip:a@192.0.2.201")
    #expect(network.state("d") == .ok && network.last("d")?.failure == nil)
  }

  @Test(
    "REC-05 a dependent of a master in progress is waiting, not failed, and says why once the master has failed"
  )
  func waitingIsNoFailure() throws {
    var network = SimulatedNetwork { _ in .status(403, "Forbidden", after: .milliseconds(300)) }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .milliseconds(100))
    #expect(network.states("d") == [.none] && network.last("d")?.reason == "waiting for m")
    network.run(for: .seconds(1))
    #expect(network.state("d") == RegistrationState.none)
    #expect(network.last("d")?.reason == "waiting for m; m failed: 403 Forbidden")
  }

  @Test("a blocked dependent can be unregistered, and one that was never sent is cleared without traffic")
  func unregisteringABlockedDependent() throws {
    var network = SimulatedNetwork { .bound($0.user == "m" ? 100 : 1000, $0) }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .seconds(1))
    network.reply = { $0.user == "m" ? .status(403, "No") : .good($0) }
    network.run(for: .seconds(920))
    #expect(network.last("d")?.failure == .blocked(by: ["m"]))
    try network.edit("d") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests(of: "d").last?.row("Expires") == "0")
    #expect(network.states("d").suffix(2) == [.progress, .cleared] && network.last("d")?.failure == nil)
    try network.add([Self.dependent("e", on: "m")])
    try network.edit("e") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests(of: "e").isEmpty && network.last("e")?.failure == nil)
    #expect(network.state("e") == .cleared)
  }

  @Test("a chain of two thousand is blocked and released without running out of stack, the root named first")
  func longChains() throws {
    var network = SimulatedNetwork { _ in .status(403, "No") }
    let chain = (1..<2000).map { Self.dependent(AccountID("c\($0)"), on: AccountID("c\($0 - 1)")) }
    try network.add([SimulatedNetwork.account("c0")] + chain)
    network.run(for: .seconds(1))
    guard case .blocked(let names) = network.last("c1999")?.failure else {
      Issue.record("not blocked")
      return
    }
    #expect(names.first == "c0" && names.last == "c1998" && names.count == 16)
  }

  @Test("REC-88 a disable in flight ends unregistered, an unregister on its way shows as progress")
  func aDisableInFlight() throws {
    var network = SimulatedNetwork { request in
      request.row("Expires") == "0"
        ? .status(200, "OK", after: .milliseconds(300)) : .bound(60, request, after: .milliseconds(300))
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .milliseconds(100))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(2))
    #expect(network.states("a") == [.progress, .ok, .progress, .cleared])
    #expect(network.requests.map { $0.row("Expires") } == ["3600", "0"])
  }

  @Test("REG-10 a Call-ID that is used up is followed by another, which the events tell")
  func aUsedUpCallID() throws {
    var network = SimulatedNetwork()
    var addition = SimulatedNetwork.addition(SimulatedNetwork.account("a"))
    addition.sequence.ceiling = 1
    try network.machine.add([addition], at: network.now)
    network.run(for: .seconds(1))
    try network.refresh(["a"])
    network.run(for: .seconds(1))
    #expect(network.requests[0].callID == "call-a" && network.requests[1].callID != "call-a")
    #expect(network.requests[1].cseq == 1)
    #expect(network.last("a")?.callID == network.requests[1].callID && network.last("a")?.cseq == 1)
    #expect(network.state("a") == .ok)
  }
}
