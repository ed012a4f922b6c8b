import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Many accounts at once, and what wakes all of them together.
struct LoadTests {
  private static func accounts(_ count: Int) -> [Account] {
    (0..<count).map { SimulatedNetwork.account(AccountID("u\($0)")) }
  }

  private static func limited(
    _ rate: Int,
    reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply
  ) throws -> SimulatedNetwork {
    let uri = try SIPURI(parsing: "sip:192.0.2.1")
    return SimulatedNetwork(
      limits: [RegistrarLimits(name: "r", uri: uri, maxRate: rate, maxInFlight: nil)],
      reply: reply
    )
  }

  /// How many requests there were in each second.
  private static func perSecond(_ requests: some Sequence<SimulatedNetwork.Request>) -> [Int64: Int] {
    var counts: [Int64: Int] = [:]
    for request in requests { counts[request.at.components.seconds, default: 0] += 1 }
    return counts
  }

  @Test("REG-66 LOD-18 after a sleep past the expiry all register again, at the registrar's pace")
  func aSleepIsNoStorm() throws {
    var network = try Self.limited(50) { .bound(60, $0) }
    try network.add(Self.accounts(500))
    network.run(for: .seconds(15))
    #expect(Set(network.requests.map(\.user)).count == 500)
    // The process stood still: nothing ran, and the clock has gone on.
    let before = network.requests.count
    network.now = network.now + .seconds(90)
    let woken = network.elapsed
    network.run(for: .seconds(15))
    let after = network.requests.dropFirst(before)
    #expect(Set(after.map(\.user)).count == 500)
    #expect(after.allSatisfy { $0.at - woken < .seconds(15) })
    #expect(Self.perSecond(after).values.allSatisfy { $0 <= 100 })
    #expect(Self.accounts(500).allSatisfy { network.state($0.id) == .ok })
  }

  @Test("LOD-18 a leap of a day in which nothing was due sends nothing twice")
  func aLeapIsOneRefresh() throws {
    var network = SimulatedNetwork { .bound(3600, $0) }
    try network.add(Self.accounts(100))
    network.run(for: .seconds(10))
    network.now = network.now + .seconds(86_400)
    network.run(for: .seconds(60))
    #expect(network.requests.count == 200)
  }

  @Test("LOD-05 a registrar that lost everything has it all again before the old expiry, spread over time")
  func anEmptyRegistrarFillsUp() throws {
    var network = SimulatedNetwork { .bound(300, $0) }
    try network.add(Self.accounts(1000))
    network.run(for: .seconds(10))
    #expect(network.requests.count == 1000)
    // From here on it has nothing: whoever comes is new to it.
    let before = network.requests.count
    network.run(for: .seconds(290))
    let after = network.requests.dropFirst(before)
    #expect(Set(after.map(\.user)).count == 1000)
    #expect(Self.perSecond(after).values.allSatisfy { $0 <= 100 })
    #expect(Self.perSecond(after).count >= 40)
  }

  @Test("REC-95 LOD-01 a thousand dependents follow their master's new contact at the registrar's pace")
  func aCrowdFollows() throws {
    var network = try Self.limited(100) { .bound(3600, $0) }
    let crowd = (0..<1000).map { number in
      SimulatedNetwork.account(AccountID("d\(number)"), dependsOn: [Dependency(account: "m")])
    }
    var master = SimulatedNetwork.account("m")
    master.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("old.example.org")))
    try network.add([master] + crowd)
    network.run(for: .seconds(30))
    let before = network.requests.count
    #expect(before == 1001)
    let edited = network.elapsed
    let told = network.events.count
    try network.edit("m") {
      $0.account.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("new.example.org")))
    }
    network.run(for: .seconds(5))
    let early = network.requests.count - before
    #expect((400...600).contains(early))
    // Progress is seen as it is made.
    #expect(network.events.dropFirst(told).filter { $0.state == .ok }.count >= early - 20)
    network.run(for: .seconds(20))
    let after = network.requests.dropFirst(before)
    #expect(Set(after.map(\.user)).count == 1001)
    #expect(after.filter { $0.contactURI.contains("new.example.org") }.count == 1001)
    #expect(after.allSatisfy { $0.at - edited < .seconds(15) })
    #expect(Self.perSecond(after).values.allSatisfy { $0 <= 200 })
  }

  @Test("LOD-10 twenty restarts against a server in trouble are one REGISTER each")
  func restartsDoNotHammer() throws {
    var sent = 0
    for life in 0..<20 {
      var network = SimulatedNetwork { _ in .status(503, "Service Unavailable") }
      network.machine.random = RandomSource(seed: UInt64(life))
      try network.add([SimulatedNetwork.account("a")])
      network.run(for: .seconds(3))
      sent += network.requests.count
    }
    #expect(sent == 20)
  }

  @Test("LOD-10 a change that the wire does not show leaves the pause as it is")
  func aReloadKeepsThePause() throws {
    var network = SimulatedNetwork { _ in .status(503, "Service Unavailable") }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(2000))
    let count = network.requests.count
    let next = try #require(network.last("a")?.nextIn)
    for round in 0..<20 {
      try network.edit("a") { $0.account.labels = ["round": "\(round)"] }
      network.run(for: .milliseconds(100))
    }
    #expect(network.requests.count == count)
    #expect(next > .seconds(60) || network.requests.count < 12)
  }

  @Test("LOD-16 two thousand removals keep to the registrar's rate", arguments: [true, false])
  func removalsArePaced(isAlive: Bool) throws {
    var isSilent = false
    var network = try Self.limited(100) { isSilent ? .silence : .good($0) }
    try network.add(Self.accounts(2000))
    network.run(for: .seconds(30))
    #expect(network.requests.count == 2000)
    isSilent = !isAlive
    let silent = isSilent
    network.reply = { silent ? .silence : .good($0) }
    let withdrawals = Self.accounts(2000).map { account in
      Withdrawal(
        account: account,
        credentials: [],
        sequence: CallSequence(callID: "w-\(account.id)", lastCSeq: 1, ceiling: 9),
        contact: "sip:\(account.id)@192.0.2.100:5062"
      )
    }
    try network.forget(Self.accounts(2000).map(\.id))
    for (position, withdrawal) in withdrawals.enumerated() {
      network.machine.withdraw(withdrawal, ticket: 1, position: position, at: network.now)
    }
    network.machine.pump(at: network.now)
    network.run(for: .seconds(60))
    let first = Dictionary(grouping: network.requests.dropFirst(2000), by: \.branch).compactMap(\.value.first)
    #expect(Self.perSecond(first).values.allSatisfy { $0 <= 200 })
    #expect(isAlive ? network.withdrawn.count == 2000 : first.count < 2000)
    #expect(network.withdrawn.allSatisfy { ($0.failure == nil) == isAlive })
  }
}
