import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct ChallengePolicyTests {
  private static func asks(_ more: String, realm: String = "r") -> SimulatedNetwork.Reply {
    .status(401, "Unauthorized", rows: ["WWW-Authenticate: Digest realm=\"\(realm)\", nonce=\"n\"\(more)"])
  }

  private static func network(
    _ policy: ChallengePolicy = ChallengePolicy(),
    known: [ServerChallenge] = [],
    reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply
  ) -> SimulatedNetwork {
    var network = SimulatedNetwork(reply: reply)
    network.machine.settings.challenges = policy
    network.machine.challengeMemory = ChallengeMemory(known)
    return network
  }

  private static let known = ServerChallenge(
    server: "192.0.2.1:5060",
    domain: "192.0.2.1",
    realm: "r",
    algorithm: .sha256,
    hasQOP: true
  )

  @Test("SEC-24 a registration that is accepted without a challenge is flagged, and warned of once")
  func openRegistrar() throws {
    var network = Self.network { .good($0) }
    try network.add(["a", "b"].map { SimulatedNetwork.account($0) }, password: "p")
    try network.add([SimulatedNetwork.account("c")])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.isUnauthenticated == true && network.last("b")?.isUnauthenticated == true)
    #expect(network.last("c")?.isUnauthenticated == false, "it has no credentials")
    #expect(network.state("a") == .ok)
    #expect(network.warnings == [.unauthenticated(server: "192.0.2.1:5060")])
    #expect(network.learnt == [])
  }

  @Test("SEC-24 whoever requires a challenge gets a failure without one")
  func required() throws {
    var network = Self.network(ChallengePolicy(isRequired: true)) { .good($0) }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    try network.add([SimulatedNetwork.account("c")])
    network.run(for: .seconds(1))
    #expect(network.state("a") == .failed && network.state("c") == .ok)
    #expect(network.last("a")?.failure == .untrusted("accepted without asking for the password"))
    var asking = Self.network(ChallengePolicy(isRequired: true)) {
      $0.isAuthorized ? .good($0) : Self.asks(", qop=\"auth\"")
    }
    try asking.add([SimulatedNetwork.account("a")], password: "p")
    asking.run(for: .seconds(4000))
    #expect(asking.state("a") == .ok && asking.requests.count > 2, "a nonce that is used again is proof too")
  }

  @Test("SEC-25 SHA-256 in an earlier run, MD5 now: answered with a warning, or refused")
  func weakerAlgorithm() throws {
    for refuses in [false, true] {
      let policy = ChallengePolicy(downgrade: refuses ? .refuse : .warn)
      var network = Self.network(policy, known: [Self.known]) {
        $0.isAuthorized ? .good($0) : Self.asks(", qop=\"auth\"")
      }
      try network.add(["a", "b"].map { SimulatedNetwork.account($0) }, password: "p")
      network.run(for: .seconds(1))
      #expect(network.requests.contains(where: \.isAuthorized) == !refuses)
      #expect(network.state("a") == (refuses ? .failed : .ok))
      let weakening = ChallengeWeakening.algorithm(now: "MD5", before: .sha256)
      #expect(
        network.warnings == [.weakened(server: "192.0.2.1:5060", weakening, isAnswered: !refuses)]
      )
      #expect(network.learnt == [], "what is known stays the stronger")
    }
  }

  @Test("SEC-26 qop in an earlier run, none now: answered with a warning, or refused")
  func noQOP() throws {
    for refuses in [false, true] {
      let policy = ChallengePolicy(downgrade: refuses ? .refuse : .warn)
      var network = Self.network(policy, known: [Self.known]) {
        $0.isAuthorized ? .good($0) : Self.asks(", algorithm=SHA-256")
      }
      try network.add([SimulatedNetwork.account("a")], password: "p")
      network.run(for: .seconds(1))
      #expect(network.requests.contains(where: \.isAuthorized) == !refuses)
      #expect(network.warnings == [.weakened(server: "192.0.2.1:5060", .qop, isAnswered: !refuses)])
    }
  }

  @Test("SEC-28 a realm that changes on a refresh is not answered, and named")
  func otherRealm() throws {
    var realm = "r"
    var network = Self.network { request in
      request.row("Authorization")?.contains("realm=\"\(realm)\"") == true
        ? .bound(600, request) : Self.asks(", qop=\"auth\"", realm: realm)
    }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(1))
    #expect(network.learnt.map(\.realm) == ["r"])
    realm = "evil"
    network.run(for: .seconds(590))
    #expect(!network.requests.contains { $0.row("Authorization")?.contains("evil") == true })
    #expect(network.state("a") == .ok, "the binding is still valid")
    guard case .unusableChallenge(let text)? = network.last("a")?.failure else {
      Issue.record("\(String(describing: network.last("a")))")
      return
    }
    #expect(text.contains("\"evil\"") && text.contains("\"r\"") && text.contains("under `auth`"))
    try network.edit("a") {
      $0.credentials = [Credential(username: "a", realm: "evil", proof: .password(Secret("p")))]
    }
    network.run(for: .seconds(1))
    #expect(network.last("a")?.failure == nil, "the realm is written down now")
  }
}
