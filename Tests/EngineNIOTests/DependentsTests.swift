import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct DependentsTests {
  private static func dependent(_ name: AccountID, on master: AccountID) -> Account {
    SimulatedNetwork.account(name, dependsOn: [Dependency(account: master)])
  }

  @Test("REC-01 TRAP-04 a dependent is sent only after its master's 2xx with our binding")
  func aDependentWaitsForItsMaster() throws {
    var network = SimulatedNetwork { request in
      request.user == "m" ? .bound(3600, request, after: .seconds(5)) : .good(request)
    }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .milliseconds(4999))
    #expect(network.requests(of: "d").isEmpty)
    network.run(for: .seconds(1))
    #expect(network.requests(of: "d").count == 1)
    #expect(network.state("d") == .ok)
  }

  @Test("REC-02 a master's 2xx without our contact does not release its dependents")
  func aForeignContactDoesNotRelease() throws {
    var network = SimulatedNetwork { request in
      request.user == "m" ? .status(200, "OK", rows: ["Contact: <sip:x@9.9.9.9>;expires=60"]) : .good(request)
    }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .seconds(10))
    #expect(network.state("m") == .failed)
    #expect(network.requests(of: "d").isEmpty)
  }

  @Test("REC-03 REC-04 siblings go in parallel, chains in order, any number and any depth")
  func fanOutAndChains() throws {
    var network = SimulatedNetwork { .bound(3600, $0, after: .seconds(1)) }
    let fan = (0..<10).map { Self.dependent(AccountID("d\($0)"), on: "m") }
    let chain = [Self.dependent("c1", on: "d0"), Self.dependent("c2", on: "c1")]
    try network.add([SimulatedNetwork.account("m")] + fan + chain)
    network.run(for: .milliseconds(2100))
    #expect((0..<10).allSatisfy { network.state(AccountID("d\($0)")) == .ok })
    network.run(for: .seconds(2))
    #expect(network.state("c2") == .ok)
    let order = network.requests.map(\.user)
    #expect(order.firstIndex(of: "c1")! < order.firstIndex(of: "c2")!)
  }

  @Test("REC-06 REC-07 a dependent of a failed master is blocked, and the root is named first")
  func theRootIsNamedFirst() throws {
    var network = SimulatedNetwork { request in
      request.user == "a" ? .status(403, "Forbidden") : .good(request)
    }
    try network.add([
      SimulatedNetwork.account("a"), Self.dependent("b", on: "a"), Self.dependent("c", on: "b"),
    ])
    network.run(for: .seconds(40))
    #expect(network.last("a")?.code == 403)
    #expect(network.last("b")?.failure == .blocked(by: ["a"]))
    #expect(network.last("c")?.failure == .blocked(by: ["a", "b"]))
    #expect(network.requests.map(\.user) == ["a"])
  }

  @Test("REC-08 when the master recovers its dependents go by themselves")
  func aRecoveredMasterReleases() throws {
    var refusals = 2
    var network = SimulatedNetwork { request in
      guard request.user == "m", refusals > 0 else { return .good(request) }
      refusals -= 1
      return .status(503, "Service Unavailable")
    }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .seconds(300))
    #expect(network.state("m") == .ok)
    #expect(network.state("d") == .ok)
  }

  @Test("REC-11 a sharing dependent sends exactly its master's contact, and its own identity and Call-ID")
  func theContactIsShared() throws {
    var network = SimulatedNetwork()
    var master = SimulatedNetwork.account("m")
    master.push = PushParameters(provider: "apns", param: "TEAM.app", prid: "a:b+c")
    try network.add([master, Self.dependent("d", on: "m")])
    network.run(for: .seconds(1))
    let first = try #require(network.requests(of: "m").first)
    let second = try #require(network.requests(of: "d").first)
    #expect(second.contactURI == first.contactURI)
    #expect(first.contactURI.contains(";pn-provider=apns;pn-param=TEAM.app;pn-prid=a:b+c"))
    #expect(second.row("To")?.contains("sip:d@192.0.2.1") == true)
    #expect(second.callID != first.callID)
  }

  @Test(
    "REC-12 OUT-07 a sharing dependent takes the contact URI, not the instance id and reg-id"
  )
  func outboundParametersAreNotShared() throws {
    var network = SimulatedNetwork()
    var master = SimulatedNetwork.account("m")
    master.outbound = OutboundSettings(isEnabled: true, instanceID: "urn:uuid:0b1f", regID: 1)
    try network.add([master, Self.dependent("d", on: "m")])
    network.run(for: .seconds(1))
    let first = try #require(network.requests(of: "m").first)
    let second = try #require(network.requests(of: "d").first)
    #expect(first.contact?.contains(";+sip.instance=\"<urn:uuid:0b1f>\";reg-id=1") == true)
    #expect(second.contact == "<\(first.contactURI)>;expires=3600")
  }

  @Test("REC-13 a dependency with an own contact only orders")
  func anOwnContactOnlyOrders() throws {
    var network = SimulatedNetwork()
    let dependent = SimulatedNetwork.account("d", dependsOn: [Dependency(account: "m", contact: .own)])
    try network.add([SimulatedNetwork.account("m"), dependent])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "d").first?.contactURI == "sip:d@192.0.2.100:5062")
  }

  @Test("REC-20 a master's refresh sends nothing for its dependents")
  func aRefreshOfTheMasterIsItsOwn() throws {
    var network = SimulatedNetwork { request in
      request.user == "m" ? .bound(100, request) : .bound(36000, request)
    }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .seconds(600))
    #expect(network.requests(of: "m").count > 5)
    #expect(network.requests(of: "d").count == 1)
  }

  @Test("REC-22 a lost master's dependents get no refresh and keep what they have until it expires")
  func aLostMasterFreezesItsDependents() throws {
    var isSilent = false
    var network = SimulatedNetwork { request in
      isSilent && request.user == "m" ? .silence : .bound(request.user == "m" ? 100 : 1000, request)
    }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .seconds(10))
    isSilent = true
    network.reply = { request in request.user == "m" ? .silence : .bound(1000, request) }
    network.run(for: .seconds(980))
    #expect(network.requests(of: "d").count == 1)
    #expect(network.state("m") == .failed)
    #expect(network.state("d") == .ok)
    network.run(for: .seconds(30))
    #expect(network.state("d") != .ok)
  }

  @Test("REC-22 onMasterLoss: withdraw unregisters the dependents of a lost master")
  func aLostMasterWithdrawsItsDependents() throws {
    var network = SimulatedNetwork { request in .bound(request.user == "m" ? 100 : 1000, request) }
    var dependent = Self.dependent("d", on: "m")
    dependent.onMasterLoss = .withdraw
    try network.add([SimulatedNetwork.account("m"), dependent])
    network.run(for: .seconds(10))
    network.reply = { request in request.user == "m" ? .silence : .good(request) }
    network.run(for: .seconds(300))
    #expect(network.requests(of: "d").last?.row("Expires") == "0")
    #expect(network.state("d") == .cleared)
  }

  @Test(
    "REC-23 REC-24 a changed master contact re-registers each sharing dependent once, the old one removed with it"
  )
  func aChangedContactIsFollowed() throws {
    var network = SimulatedNetwork()
    let bystander = SimulatedNetwork.account("x")
    try network.add([
      SimulatedNetwork.account("m"), Self.dependent("d1", on: "m"), Self.dependent("d2", on: "d1"), bystander,
    ])
    network.run(for: .seconds(1))
    let before = network.requests.count
    try network.edit("m") {
      $0.account.contact = ContactDeclaration(uri: SIPURI(user: "m", host: Host("192.0.2.200")!))
    }
    network.run(for: .seconds(1))
    let after = network.requests[before...]
    #expect(after.map(\.user) == ["m", "d1", "d2"])
    for request in after {
      let contact = try #require(request.contact)
      #expect(contact.hasPrefix("<sip:m@192.0.2.200>;expires=3600, <sip:m@192.0.2.100:5062>;expires=0"))
    }
    network.run(for: .seconds(3600))
    #expect(
      network.requests.last?.contact == "<sip:m@192.0.2.200>;expires=3600"
        || network.requests.last?.user == "x"
    )
  }

  @Test("REC-25 when the master's new contact is refused its dependents keep the old one")
  func aRefusedContactIsNotFollowed() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d", on: "m")])
    network.run(for: .seconds(1))
    network.reply = { $0.user == "m" ? .status(403, "Forbidden") : .good($0) }
    try network.edit("m") {
      $0.account.contact = ContactDeclaration(uri: SIPURI(user: "m", host: Host("192.0.2.200")!))
    }
    network.run(for: .seconds(60))
    #expect(network.requests(of: "d").count == 1)
    #expect(network.state("d") == .ok)
  }

  @Test func anAttemptedMasterReleasesEvenWhenItFails() throws {
    var network = SimulatedNetwork { $0.user == "m" ? .status(403, "Forbidden") : .good($0) }
    let dependent = SimulatedNetwork.account(
      "d",
      dependsOn: [Dependency(account: "m", contact: .own, condition: .attempted)]
    )
    try network.add([SimulatedNetwork.account("m"), dependent])
    network.run(for: .seconds(1))
    #expect(network.state("d") == .ok)
  }
}
