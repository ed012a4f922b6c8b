import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// What happens when a connection is lost.
struct FlowLossTests {
  private static func account(_ name: AccountID) -> Account { StreamsTests.account(name) }

  @Test("TRN-18 OUT-17 a closed connection is noticed at once, and its registration renewed after 30 to 60 s")
  func aLostConnection() throws {
    var network = StreamsTests.network()
    try network.add([Self.account("a")])
    network.run(for: .seconds(300))
    network.cut(0, reason: "192.0.2.1:5060 closed the connection")
    let event = try #require(network.last("a"))
    #expect(event.state == .ok && event.reason == "192.0.2.1:5060 closed the connection")
    let wait = try #require(event.nextIn)
    #expect(wait >= .seconds(30) && wait <= .seconds(60))
    network.run(for: .seconds(61))
    #expect(network.requests.count == 2 && network.connects.count == 2)
    #expect(network.requests[1].cseq == network.requests[0].cseq + 1)
    #expect(network.requests[1].callID == network.requests[0].callID)
    #expect(network.requests[1].contactURI == network.requests[0].contactURI)
    #expect(network.last("a")?.failure == nil)
  }

  @Test(
    "TRN-18 OUT-18 OUT-19 a server that closes each connection is asked ever more seldom, though it says 200"
  )
  func theWaitGrows() throws {
    var network = StreamsTests.network()
    try network.add([Self.account("a")])
    var gaps: [Duration] = []
    for _ in 0..<8 {
      network.run(for: .seconds(1))
      let before = network.elapsed
      let count = network.requests.count
      network.cut(0)
      while network.requests.count == count { network.run(for: .seconds(1)) }
      gaps.append(network.requests[count].at - before)
    }
    for (failures, gap) in zip(1..., gaps) {
      let whole = Duration.seconds(min(1800, 30 << failures))
      #expect(gap >= whole / 2 - .seconds(1) && gap <= whole + .seconds(1), "\(failures): \(gap)")
    }
  }

  @Test("OUT-19 a connection that lived for a while begins the waits anew")
  func theWaitBeginsAnew() throws {
    var network = StreamsTests.network()
    try network.add([Self.account("a")])
    for _ in 0..<4 {
      network.run(for: .seconds(1900))
      network.cut(0)
      let wait = try #require(network.last("a")?.nextIn)
      #expect(wait <= .seconds(60))
    }
  }

  @Test("LOD-04 a thousand accounts of a lost connection come back spread, and over one new connection")
  func anAvalanche() throws {
    var network = StreamsTests.network()
    try network.add((0..<1000).map { Self.account(AccountID("a\($0)")) })
    network.run(for: .seconds(300))
    #expect(Set(network.requests.map(\.user)).count == 1000)
    let first = network.requests.count
    network.cut(0)
    network.run(for: .seconds(70))
    let again = network.requests.dropFirst(first)
    #expect(Set(again.map(\.user)).count == 1000 && network.connects.count == 2)
    let seconds = Dictionary(grouping: again) { $0.at.components.seconds }
    #expect(seconds.values.allSatisfy { $0.count <= 100 })
  }

  @Test("LOD-04 while the server refuses connections the attempts grow rare")
  func refusals() throws {
    var network = StreamsTests.network()
    try network.add((0..<200).map { Self.account(AccountID("a\($0)")) })
    network.run(for: .seconds(300))
    network.closedPorts = [Target.Server(SimulatedNetwork.server, .tcp)]
    network.cut(0)
    let start = network.elapsed
    network.run(for: .seconds(1800))
    let attempts = network.connects.dropFirst().map { $0.at - start }
    let early = attempts.filter { $0 < .seconds(300) }.count
    let late = attempts.filter { $0 >= .seconds(1500) }.count
    #expect(late < early)
    network.closedPorts = []
    network.run(for: .seconds(1801))
    #expect((0..<200).allSatisfy { network.state(AccountID("a\($0)")) == .ok })
  }

  @Test("a lost connection sends nothing for an account whose contact is somebody else's")
  func foreignContacts() throws {
    var network = StreamsTests.network()
    var declared = Self.account("declared")
    declared.contact = ContactDeclaration(uri: SIPURI(user: "x", host: .name("phone.example")))
    var dependent = Self.account("dependent")
    dependent.dependsOn = [Dependency(account: "master", contact: .share)]
    try network.add([Self.account("master"), declared, dependent])
    network.run(for: .seconds(10))
    network.cut(0)
    network.run(for: .seconds(61))
    #expect(network.requests.map(\.user).sorted() == ["declared", "dependent", "master", "master"])
  }

  @Test("TXN-13 a connection that ends before the answer ends the attempt at once; the next has a new branch")
  func beforeTheAnswer() throws {
    var network = StreamsTests.network { $0.at < .seconds(20) ? .silence : .good($0) }
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    network.cut(0, reason: "192.0.2.1:5060 closed the connection")
    #expect(network.last("a")?.failure == .transport("192.0.2.1:5060 closed the connection"))
    network.run(for: .seconds(61))
    #expect(network.state("a") == .ok && network.connects.count == 2)
    #expect(network.requests[0].branch != network.requests[1].branch)
  }

  @Test("TRN-19 a connection whose other side is gone without a word is replaced when a request dies on it")
  func aHalfOpenConnection() throws {
    var network = StreamsTests.network {
      (100..<240).contains($0.at.components.seconds) ? .silence : .good($0)
    }
    try network.add([Self.account("a"), Self.account("b")])
    network.run(for: .seconds(200))
    #expect(network.requests.count == 2 && network.connects.count == 1)
    try network.edit("a") { $0.account.expires = 1800 }
    network.run(for: .seconds(31))
    #expect(network.closed.isEmpty)
    network.run(for: .seconds(2))
    #expect(network.closed == [0])
    let told = try #require(network.last("b"))
    #expect(told.reason.contains("no answer over this connection") && told.state == .ok)
    network.run(for: .seconds(120))
    #expect(network.connects.count == 2 && network.state("a") == .ok && network.state("b") == .ok)
    #expect(network.requests(of: "b").count == 2)
  }

  @Test("a request that alone gets no answer does not end a connection that others use")
  func aLivingConnection() throws {
    var network = StreamsTests.network { $0.user == "a" ? .silence : .good($0) }
    try network.add([Self.account("a"), Self.account("b")])
    network.run(for: .seconds(10))
    try network.edit("b") { $0.account.expires = 1800 }
    network.run(for: .seconds(30))
    #expect(network.last("a")?.failure == .timeout && network.closed.isEmpty)
    #expect(network.state("b") == .ok && network.connects.count == 1)
  }

  @Test("DNS-16 TXN-15 a server that takes no connection is passed over for the next; one REGISTER is sent")
  func theNextServer() throws {
    var network = StreamsTests.network()
    network.names["reg.example.org"] = [SimulatedNetwork.server(1), SimulatedNetwork.server(2)]
    network.unreachable = [SimulatedNetwork.server(1)]
    try network.add([StreamsTests.account("a", at: "reg.example.org")])
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.server) == [SimulatedNetwork.server(2)])
    #expect(
      network.connects.map(\.server.endpoint) == [SimulatedNetwork.server(1), SimulatedNetwork.server(2)]
    )
    #expect(network.state("a") == .ok)
  }

  @Test("a question that a closing idle connection swallowed is asked again over a new one, once")
  func questionsAreAskedAgain() throws {
    final class Count { var value = 0 }
    let count = Count()
    var network = StreamsTests.network { request in
      guard request.contact == nil else { return .good(request) }
      count.value += 1
      return count.value == 1 ? .silence : .good(request)
    }
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    network.machine.query(BindingQuery(account: Self.account("b")), ticket: 1, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    network.cut(0)
    network.run(for: .seconds(1))
    #expect(network.listings == [.known([])] && network.connects.count == 2)
  }

  @Test(
    "5.6 after a restart, accounts on lost connections with our own contact register again, spread; no others"
  )
  func warmRestart() throws {
    var network = StreamsTests.network()
    func addition(_ account: Account, contact: String) -> AccountAddition {
      var addition = SimulatedNetwork.addition(account)
      addition.binding = ExistingBinding(
        contact: contact,
        expiresIn: .seconds(3000),
        refreshIn: .seconds(2000),
        granted: 3600
      )
      addition.binding?.lostItsFlow = true
      return addition
    }
    var declared = Self.account("declared")
    declared.contact = ContactDeclaration(
      uri: SIPURI(host: .name("phone.example"), parameters: [SIPURI.Field("transport", "tcp")])
    )
    let own = (0..<100).map { number in
      addition(
        Self.account(AccountID("a\(number)")),
        contact: "sip:a\(number)@192.0.2.100:5062;transport=tcp"
      )
    }
    try network.machine.add(
      own + [
        addition(declared, contact: "sip:phone.example;transport=tcp"),
        addition(SimulatedNetwork.account("udp"), contact: "sip:udp@192.0.2.100:5062"),
      ],
      at: network.now
    )
    network.run(for: .seconds(11))
    #expect(network.requests.count == 100 && network.requests.allSatisfy { $0.user.hasPrefix("a") })
    let seconds = Dictionary(grouping: network.requests) { $0.at.components.seconds }
    #expect(seconds.count >= 9 && seconds.values.allSatisfy { $0.count <= 25 })
  }
}
