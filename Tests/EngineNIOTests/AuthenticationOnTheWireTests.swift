import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct AuthenticationOnTheWireTests {
  private static func registrarAsks(_ nonce: String, _ more: String = "") -> SimulatedNetwork.Reply {
    .status(
      401,
      "Unauthorized",
      rows: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"\(nonce)\", qop=\"auth\"\(more)"]
    )
  }

  @Test(
    "UAC-30 AUT-02 AUT-04 an answered challenge is the same request with CSeq one higher and a new branch"
  )
  func theAnswerIsTheSameRequest() throws {
    var network = SimulatedNetwork { $0.isAuthorized ? .good($0) : Self.registrarAsks("n") }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.cseq) == [1, 2])
    let (first, second) = (network.requests[0], network.requests[1])
    #expect(first.branch != second.branch && first.server == second.server)
    for row in ["Call-ID", "To", "From", "Contact", "Expires"] { #expect(first.row(row) == second.row(row)) }
    #expect(second.row("Authorization")?.contains("uri=\"sip:192.0.2.1\"") == true)
    #expect(network.state("a") == .ok)
  }

  @Test("AUT-01 AUT-14 407 and then 401 are both answered, each in its own row")
  func proxyAndRegistrar() throws {
    var network = SimulatedNetwork { request in
      guard request.row("Proxy-Authorization") != nil else {
        return .status(
          407,
          "No",
          rows: ["Proxy-Authenticate: Digest realm=\"p\", nonce=\"np\", qop=\"auth\""]
        )
      }
      return request.isAuthorized ? .good(request) : Self.registrarAsks("nr")
    }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(1))
    #expect(network.requests.count == 3 && network.state("a") == .ok)
    #expect(network.requests[1].row("Authorization") == nil)
    #expect(network.requests[2].row("Authorization")?.contains("realm=\"r\"") == true)
  }

  @Test("REC-44 another user name or realm drops the nonces: one REGISTER, challenged anew, nothing removed")
  func otherCredentialsStartAnew() throws {
    var realm = "r"
    var network = SimulatedNetwork { request in
      request.row("Authorization")?.contains("realm=\"\(realm)\"") == true
        ? .good(request)
        : .status(
          401,
          "Unauthorized",
          rows: ["WWW-Authenticate: Digest realm=\"\(realm)\", nonce=\"n\(request.cseq)\", qop=\"auth\""]
        )
    }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.isAuthorized) == [false, true])
    for (name, other) in [("bob", "r"), ("bob", "s")] {
      let before = network.requests.count
      realm = other
      try network.edit("a") {
        $0.credentials = [
          Credential(username: name, realm: other, proof: .password(Secret("p")))
        ]
      }
      network.run(for: .seconds(1))
      let after = network.requests.dropFirst(before)
      #expect(after.map(\.isAuthorized) == [false, true])
      #expect(after.last?.row("Authorization")?.contains("username=\"\(name)\"") == true)
      #expect(after.last?.row("Authorization")?.contains("nonce=\"n\(before + 1)\"") == true)
      #expect(after.allSatisfy { $0.callID == network.requests[0].callID && $0.row("Expires") == "3600" })
    }
    #expect(network.state("a") == .ok)
  }

  @Test("AUT-37 AUT-38 AUT-39 a refused password is sent once an hour, over five hours")
  func quietAfterRejection() throws {
    for isSame in [true, false] {
      var network = SimulatedNetwork { Self.registrarAsks(isSame ? "n" : "n\($0.cseq)") }
      try network.add([SimulatedNetwork.account("a")], password: "wrong")
      network.run(for: .seconds(5 * 3600 + 60))
      #expect(network.requests.filter(\.isAuthorized).count <= 6)
      #expect(network.last("a")?.failure == .credentialRejected(realm: "r"))
    }
  }

  @Test("a refresh whose password is refused leaves the binding ok until it expires")
  func aRejectedRefresh() throws {
    var network = SimulatedNetwork { $0.cseq == 1 ? .bound(600, $0) : Self.registrarAsks("n\($0.cseq)") }
    try network.add([SimulatedNetwork.account("a")], password: "old")
    network.run(for: .seconds(595))
    #expect(network.state("a") == .ok && network.last("a")?.failure == .credentialRejected(realm: "r"))
    network.run(for: .seconds(10))
    #expect(network.state("a") == .failed)
  }

  @Test("REG-72 an unregister is authenticated, with the nonce that is known")
  func unregistersAreAuthenticated() throws {
    var network = SimulatedNetwork { $0.isAuthorized ? .good($0) : Self.registrarAsks("n") }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(
      network.requests.count == 3 && network.requests[2].row("Authorization")?.contains("nc=00000002") == true
    )
    #expect(network.state("a") == .cleared)
  }

  @Test("AUT-36 AUT-47 stale without end is bounded, and then waits")
  func staleForEver() throws {
    var network = SimulatedNetwork { Self.registrarAsks("n\($0.cseq)", ", stale=TRUE") }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(10))
    #expect(network.requests.count <= 5 && network.state("a") == .failed)
  }

  @Test(
    "a provider is asked once, its late answer reaches the account that asked, and a useless one goes nowhere"
  )
  func providers() throws {
    var network = SimulatedNetwork { $0.isAuthorized ? .good($0) : Self.registrarAsks("n") }
    network.holdsQuestions = true
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(100))
    #expect(network.asked.map(\.realm) == ["r"])
    network.supply(Credential(username: "a", realm: "other", proof: .password(Secret("p"))))
    network.run(for: .seconds(100))
    #expect(network.asked.count == 1 && network.requests.count == 2)
    try network.forget(["a"])
    try network.add([SimulatedNetwork.account("b")])
    network.run(for: .milliseconds(10))
    let late = CredentialRequest(account: "a", realm: "r", algorithms: [])
    network.machine.supply(
      Credential(username: "a", proof: .password(Secret("p"))),
      for: late,
      at: network.now
    )
    network.run(for: .seconds(1))
    #expect(network.requests(of: "b").allSatisfy { !$0.isAuthorized })
    network.supply(Credential(username: "b", proof: .password(Secret("p"))))
    network.run(for: .seconds(1))
    #expect(network.state("b") == .ok)
  }

  @Test("a missing credential is a failure only once the provider has none")
  func aQuestionIsNoFailure() throws {
    var network = SimulatedNetwork { $0.isAuthorized ? .good($0) : Self.registrarAsks("n") }
    network.holdsQuestions = true
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(100))
    #expect(network.asked.count == 1 && !network.events.contains { $0.failure != nil || $0.state == .failed })
    network.supply(nil)
    network.run(for: .seconds(1))
    #expect(network.last("a")?.failure == .noCredential(realm: "r") && network.state("a") == .failed)
  }
}
