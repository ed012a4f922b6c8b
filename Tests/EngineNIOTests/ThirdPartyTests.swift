import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Registering somebody else: From is who registers, To who is registered (RFC 3261, 10.2).
struct ThirdPartyTests {
  private static let gateway = "\"The Gate\" <sip:gateway@192.0.2.1>"

  private static func account(_ name: AccountID = "a") throws -> Account {
    var account = SimulatedNetwork.account(name)
    account.from = NameAddress(
      displayName: "The Gate",
      uri: try SIPURI(parsing: "sip:gateway@192.0.2.1")
    )
    account.contact = ContactDeclaration(uri: try SIPURI(parsing: "sip:\(name)@198.51.100.7"))
    return account
  }

  /// Challenges each request once, as a registrar whose nonces are used up.
  private static func challenging(_ request: SimulatedNetwork.Request) -> SimulatedNetwork.Reply {
    if request.isAuthorized { return .good(request) }
    return .status(401, "No", rows: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\""])
  }

  @Test("REG-20 REG-06 register, refresh and unregister have the registering party as From, and its one tag")
  func fromIsKept() throws {
    var network = SimulatedNetwork()
    var account = try Self.account()
    account.expires = 60
    try network.add([account, SimulatedNetwork.account("b")])
    network.run(for: .seconds(100))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    let requests = network.requests(of: "a")
    #expect(requests.count >= 3 && requests.last?.row("Expires") == "0")
    #expect(Set(requests.compactMap { $0.row("From") }).count == 1)
    for request in requests {
      #expect(request.row("From")?.hasPrefix(Self.gateway + ";tag=") == true)
      #expect(request.row("To") == "<sip:a@192.0.2.1>")
      #expect(request.contactURI == "sip:a@198.51.100.7")
      #expect(request.startLine == "REGISTER sip:192.0.2.1 SIP/2.0")
    }
    for request in network.requests(of: "b") {
      #expect(request.row("From")?.hasPrefix("<sip:b@192.0.2.1>;tag=") == true, "it registers itself")
    }
  }

  @Test(
    "REG-20 REG-43 the question what is bound, and the removal of what was left, come from the same party"
  )
  func questionsAndRemovals() throws {
    var network = SimulatedNetwork()
    let account = try Self.account()
    network.machine.query(BindingQuery(account: account), ticket: 1, position: 0, at: network.now)
    let withdrawal = Withdrawal(
      account: account,
      credentials: [],
      sequence: CallSequence(callID: "old-call", lastCSeq: 64, ceiling: 128),
      contact: "sip:a@198.51.100.7"
    )
    network.machine.withdraw(withdrawal, ticket: 2, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.contact) == [nil, "<sip:a@198.51.100.7>;expires=0"])
    for request in network.requests {
      #expect(request.row("From")?.hasPrefix(Self.gateway + ";tag=") == true)
      #expect(request.row("To") == "<sip:a@192.0.2.1>")
    }
    #expect(network.withdrawn.map(\.code) == [200])
  }

  @Test(
    "REG-20 nothing of this process' instance goes with somebody else's contact, whatever else is declared"
  )
  func noInstanceIsSent() throws {
    var network = SimulatedNetwork()
    var account = try Self.account()
    account.outbound = OutboundSettings(isEnabled: true, instanceID: "urn:uuid:1-2", regID: 1, usesGRUU: true)
    account.push = PushParameters(provider: "apns", param: "T.org", prid: "token")
    try network.add([account])
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    let expected = "<sip:a@198.51.100.7;pn-provider=apns;pn-param=T.org;pn-prid=token>;expires=3600"
    #expect(network.requests.map(\.contact).first == expected)
    #expect(network.requests.count == 2)
    for request in network.requests {
      #expect(!request.text.contains("reg-id") && !request.text.contains("instance"))
      #expect(request.row("Supported") == "path")
    }
  }

  @Test("REG-20 a challenge is answered with the credential's name, whoever From and To are")
  func theCredentialNamesItself() throws {
    var network = SimulatedNetwork(reply: Self.challenging)
    var addition = SimulatedNetwork.addition(try Self.account())
    addition.credentials = [Credential(username: "trunk-7", proof: .password(Secret("p")))]
    try network.machine.add([addition], at: network.now)
    network.perform()
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.isAuthorized) == [false, true])
    let answer = try #require(network.requests.last)
    #expect(answer.row("Authorization")?.contains("username=\"trunk-7\"") == true)
    #expect(answer.row("Authorization")?.contains("uri=\"sip:192.0.2.1\"") == true)
    #expect(network.requests.map { $0.row("From") }.allSatisfy { $0 == answer.row("From") })
    #expect(answer.row("From")?.hasPrefix(Self.gateway) == true && answer.user == "a")
    #expect(network.state("a") == .ok)
  }

  @Test("REG-20 REG-07 another `from` is one REGISTER of the same binding, under the same Call-ID")
  func anotherFromIsOneRegister() throws {
    var network = SimulatedNetwork()
    try network.add([try Self.account()])
    network.run(for: .seconds(1))
    let starts = ["<sip:other@192.0.2.1>;tag=", "<sip:a@192.0.2.1>;tag=", Self.gateway + ";tag="]
    let others = [NameAddress(uri: try SIPURI(parsing: "sip:other@192.0.2.1")), nil, try Self.account().from]
    for (from, start) in zip(others, starts) {
      let before = network.requests.count
      try network.edit("a") { $0.account.from = from }
      network.run(for: .seconds(10))
      #expect(network.requests.count == before + 1)
      let request = try #require(network.requests.last)
      #expect(request.row("From")?.hasPrefix(start) == true)
      #expect(request.contact == "<sip:a@198.51.100.7>;expires=3600")
      #expect(request.callID == network.requests[0].callID && request.cseq == before + 1)
      try network.edit("a") { $0.account.from = from }
      network.run(for: .seconds(10))
      #expect(network.requests.count == before + 1, "the same says nothing")
    }
  }

  @Test("REG-20 a dependent that somebody registers has its master's contact")
  func theMastersContactIsShared() throws {
    var network = SimulatedNetwork()
    var dependent = try Self.account("b")
    dependent.contact = nil
    dependent.dependsOn = [Dependency(account: "a")]
    try network.add([SimulatedNetwork.account("a"), dependent])
    network.run(for: .seconds(1))
    let (master, shared) = (network.requests(of: "a"), network.requests(of: "b"))
    #expect(master.map(\.contactURI) == shared.map(\.contactURI) && shared.count == 1)
    #expect(shared[0].row("From")?.hasPrefix(Self.gateway) == true)
    #expect(shared[0].row("To") == "<sip:b@192.0.2.1>")
  }
}
