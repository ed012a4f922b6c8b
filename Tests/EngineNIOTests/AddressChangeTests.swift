import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct AddressChangeTests {
  private static let new = Host("192.0.2.150")!
  private static let old = "192.0.2.100:5062"

  private static func own(_ hosts: [Host], port: UInt16 = 5062) -> OwnAddress {
    OwnAddress(hosts: hosts, port: port)
  }

  private func network(
    _ accounts: [Account],
    reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply = SimulatedNetwork.Reply.good
  ) throws -> SimulatedNetwork {
    var network = SimulatedNetwork(reply: reply)
    network.machine.addressChanged(to: Self.own([SimulatedNetwork.local.address]), at: network.now)
    try network.add(accounts)
    network.run(for: .seconds(60))
    return network
  }

  /// The machine's address is replaced by another.
  private func move(_ network: inout SimulatedNetwork, to hosts: [Host] = [Self.new]) {
    network.local.address = hosts.last ?? network.local.address
    network.machine.addressChanged(to: Self.own(hosts), at: network.now)
    network.perform()
    network.run(for: .seconds(60))
  }

  @Test("REG-67 REG-76 TRAP-19 another address registers anew and removes the old contact, in one REGISTER")
  func theNewContactIsRegisteredAndTheOldRemoved() throws {
    var network = try network([SimulatedNetwork.account("a")])
    #expect(network.requests.count == 1)
    move(&network)
    #expect(network.requests.count == 2)
    let contacts = try #require(network.requests.last).rows("Contact").joined(separator: ", ")
    #expect(contacts.contains("<sip:a@192.0.2.150:5062>"))
    #expect(contacts.contains("<sip:a@\(Self.old)>;expires=0"))
    #expect(network.requests.last?.row("Via")?.contains("192.0.2.150:5062") == true)
    #expect(network.last("a")?.contact == "sip:a@192.0.2.150:5062")
    #expect(network.state("a") == .ok)
    network.run(for: .seconds(7200))
    #expect(network.requests.dropFirst(2).allSatisfy { !$0.text.contains(Self.old) })
  }

  @Test("REG-67 dependents that share the contact follow, declared contacts stay")
  func dependentsFollowAndDeclaredContactsStay() throws {
    var declared = SimulatedNetwork.account("declared")
    declared.contact = ContactDeclaration(uri: SIPURI(user: "x", host: Host("192.0.2.77")!))
    let dependent = SimulatedNetwork.account("d", dependsOn: [Dependency(account: "m")])
    var network = try network([SimulatedNetwork.account("m"), dependent, declared])
    move(&network)
    #expect(network.requests(of: "m").count == 2)
    #expect(network.requests(of: "d").count == 2)
    #expect(network.requests(of: "declared").count == 1)
    let followed = try #require(network.requests(of: "d").last)
    #expect(followed.contactURI == "sip:m@192.0.2.150:5062")
    #expect(followed.text.contains("<sip:m@\(Self.old)>;expires=0"))
  }

  @Test("REG-67 an address that comes beside the old one changes nothing") func anotherAddressBeside() throws
  {
    var network = try network([SimulatedNetwork.account("a")])
    move(&network, to: [SimulatedNetwork.local.address, Self.new])
    #expect(network.requests.count == 1)
    #expect(network.closed.isEmpty)
  }

  @Test("REG-67 without an address nothing is sent; with the same one again nothing has changed")
  func aGapChangesNothing() throws {
    var network = try network([SimulatedNetwork.account("a")])
    move(&network, to: [Host("127.0.0.1")!])
    #expect(network.requests.count == 1)
    move(&network, to: [SimulatedNetwork.local.address])
    #expect(network.requests.count == 1)
    network.run(for: .seconds(3600))
    #expect(network.requests.count == 2)
    #expect(network.requests.allSatisfy { $0.contactURI == "sip:a@\(Self.old)" })
  }

  @Test("REG-67 a request on its way from an address that is gone is sent again from the new one")
  func aRequestOnItsWay() throws {
    var network = SimulatedNetwork { $0.row("Via")?.contains("192.0.2.150") == true ? .good($0) : .silence }
    network.machine.addressChanged(to: Self.own([SimulatedNetwork.local.address]), at: network.now)
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    move(&network)
    #expect(network.state("a") == .ok)
    #expect(network.last("a")?.contact == "sip:a@192.0.2.150:5062")
  }

  @Test("REG-67 LOD-01 many accounts move in turn, within their registrar's pace") func manyMoveInTurn()
    throws
  {
    var limits = RegistrarLimits(name: "one", uri: SIPURI(host: Host("192.0.2.1")!))
    limits.maxRate = 10
    var network = SimulatedNetwork(limits: [limits])
    network.machine.addressChanged(to: Self.own([SimulatedNetwork.local.address]), at: network.now)
    try network.add((0..<50).map { SimulatedNetwork.account(AccountID("n\($0)")) })
    network.run(for: .seconds(60))
    network.requests = []
    let moved = network.elapsed
    network.local.address = Self.new
    network.machine.addressChanged(to: Self.own([Self.new]), at: network.now)
    network.run(for: .seconds(60))
    #expect(network.requests.count == 50)
    #expect(network.requests.count { $0.at < moved + .seconds(1) } <= 21)
  }

  @Test("REG-76 what an earlier process registered at another port is removed with the next REGISTER")
  func anEarlierProcessHadAnotherPort() throws {
    var network = SimulatedNetwork()
    network.machine.addressChanged(to: Self.own([SimulatedNetwork.local.address]), at: network.now)
    var addition = SimulatedNetwork.addition(SimulatedNetwork.account("a"))
    addition.binding = ExistingBinding(
      contact: "sip:a@192.0.2.100:5999",
      expiresIn: .seconds(3000),
      refreshIn: .seconds(2000),
      granted: 3600
    )
    try network.machine.add([addition], at: network.now)
    network.run(for: .seconds(10))
    #expect(network.requests.isEmpty)
    try network.refresh(["a"])
    network.run(for: .seconds(10))
    #expect(network.requests.count == 1)
    #expect(network.requests[0].contactURI == "sip:a@\(Self.old)")
    #expect(network.requests[0].text.contains("<sip:a@192.0.2.100:5999>;expires=0"))
  }

  @Test("REG-76 an unregister names the contact that is bound, not the new one")
  func anUnregisterNamesTheOld()
    throws
  {
    var network = try network([SimulatedNetwork.account("a")])
    try network.edit("a") { $0.account.register = false }
    move(&network)
    #expect(network.requests.count > 1)
    #expect(network.requests.dropFirst().allSatisfy { $0.contactURI == "sip:a@\(Self.old)" })
    #expect(network.requests.dropFirst().allSatisfy { $0.row("Expires") == "0" })
    #expect(network.state("a") == .cleared)
  }

  @Test func anotherAdvertisedAddressIsShownByTheNextRegister() throws {
    var network = try network([SimulatedNetwork.account("a")])
    network.machine.advertise(OwnAddress.Advertised("pbx.example.com"))
    network.run(for: .seconds(10))
    #expect(network.requests.count == 1)
    try network.refresh(["a"])
    network.run(for: .seconds(10))
    #expect(network.requests.last?.contactURI == "sip:a@pbx.example.com")
    #expect(network.requests.last?.text.contains("<sip:a@\(Self.old)>;expires=0") == true)
  }

  // MARK: - The public address

  @Test(
    "TRN-14 received and rport are read in any order, IPv6 with or without brackets",
    arguments: [
      (";received=198.51.100.7;rport=40000", "198.51.100.7:40000"),
      (";rport=40000;received=198.51.100.7", "198.51.100.7:40000"),
      (";received=2001:db8::1;rport=40000", "[2001:db8::1]:40000"),
      (";rport=40000;received=[2001:db8::1]", "[2001:db8::1]:40000"),
      (";received=198.51.100.7;rport", "198.51.100.7:5062"),
    ]
  )
  func thePublicAddressIsRead(_ parameters: String, _ expected: String) throws {
    #expect(try publicAddress(told: parameters) == expected)
  }

  @Test(
    "TRN-14 SEC-45 an address that nobody can have is not taken",
    arguments: [
      ";received=255.255.255.255;rport=0", ";received=evil.example;rport=4000",
      ";received=224.0.1.75;rport=5060",
      ";received=0.0.0.0;rport=5060", ";received=[ff02::1];rport=5060",
    ]
  )
  func anImpossibleAddressIsNotTaken(_ parameters: String) throws {
    #expect(try publicAddress(told: parameters) == nil)
  }

  private func publicAddress(told parameters: String) throws -> String? {
    var network = SimulatedNetwork { request in
      let via = (request.row("Via") ?? "").replacing(";rport", with: "") + parameters
      let rows = ["From", "To", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")" }
      let lines =
        ["SIP/2.0 200 OK", "Via: \(via)"] + rows
        + ["Contact: <\(request.contactURI)>;expires=600", "Content-Length: 0", "", ""]
      return .raw(lines.joined(separator: "\r\n"))
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    #expect(network.state("a") == .ok)
    // What an answer says of us sends nothing elsewhere, and nothing again.
    #expect(network.requests.count == 1)
    return network.last("a")?.publicAddress
  }
}
