import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// RFC 8898 as a registrar sees it.
struct BearerTokenOnTheWireTests {
  private typealias Network = SimulatedNetwork

  private static func token(_ text: String) -> Credential {
    Credential(username: "", proof: .token(BearerToken(Secret(text))))
  }

  /// A registrar that lets in who has this token.
  private static func wants(_ token: String, _ request: Network.Request) -> Network.Reply {
    if request.row("Authorization") == "Bearer \(token)" { return .good(request) }
    let error = request.isAuthorized ? ", error=\"invalid_token\"" : ""
    let row = "WWW-Authenticate: Bearer realm=\"r\", authz_server=\"https://auth.example.com\"\(error)"
    return .status(401, "Unauthorized", rows: [row])
  }

  private static func network(
    over transport: Transport = .tls,
    token: String = "one",
    reply: @escaping (Network.Request) -> Network.Reply
  ) throws -> Network {
    var network = Network(reply: reply)
    var account = Network.account("a")
    account.transport = transport
    var addition = Network.addition(account)
    addition.credentials = [Self.token(token)]
    try network.machine.add([addition], at: network.now)
    network.perform()
    return network
  }

  @Test("TOK-03 the token goes with the retry, and with each refresh at once")
  func theTokenIsSent() throws {
    var network = try Self.network { Self.wants("one", $0) }
    network.run(for: .seconds(5))
    #expect(network.requests.map { $0.row("Authorization") } == [nil, "Bearer one"])
    #expect(network.state("a") == .ok)
    network.run(for: .seconds(3600))
    #expect(network.requests.count > 2)
    #expect(network.requests.dropFirst(2).allSatisfy { $0.row("Authorization") == "Bearer one" })
  }

  @Test("TOK-03 for a token that has run out another one is asked for, and the refresh goes on with it")
  func aTokenRunsOut() throws {
    var valid = "one"
    var network = try Self.network { Self.wants(valid, $0) }
    network.holdsQuestions = true
    network.run(for: .seconds(5))
    valid = "two"
    try network.refresh(["a"])
    network.run(for: .seconds(5))
    #expect(network.asked.map(\.realm) == ["r"])
    // Nothing has failed as long as the answer is awaited.
    #expect(network.state("a") != .failed)
    network.supply(Self.token("two"))
    network.run(for: .seconds(5))
    #expect(network.state("a") == .ok)
    #expect(network.requests.last?.row("Authorization") == "Bearer two")
    #expect(network.requests.filter { $0.row("Authorization") == "Bearer one" }.count == 2)
  }

  @Test("TOK-03 where there is no other token the account has failed, and the refused one does not hammer")
  func noOtherToken() throws {
    for another in [nil, Self.token("one")] {
      var network = try Self.network { Self.wants("two", $0) }
      network.holdsQuestions = true
      network.run(for: .seconds(5))
      network.supply(another)
      network.run(for: .seconds(60))
      #expect(network.state("a") == .failed)
      #expect(network.last("a")?.failure == .credentialRejected(realm: "r"))
      #expect(network.requests.count == 2)
    }
  }

  @Test("TOK-04 over UDP, TCP or a plain WebSocket no token is ever sent", arguments: Transport.allCases)
  func onlyOverTLS(_ transport: Transport) throws {
    var network = try Self.network(over: transport) { Self.wants("one", $0) }
    network.run(for: .seconds(5))
    #expect(network.requests.contains { $0.isAuthorized } == transport.isSecure)
    guard !transport.isSecure else { return }
    #expect(network.state("a") == .failed)
    #expect(network.last("a")?.failure == .unusableChallenge("Bearer without TLS"))
  }

  @Test("SEC-29 TOK-02 the target of a redirect gets no token, also where the account lets it be asked")
  func redirectsGetNoToken() throws {
    var network = Network { request in
      request.server == Network.server
        ? .status(302, "Moved", rows: ["Contact: <sip:h2.carrier.example;transport=tls>"])
        : Self.wants("one", request)
    }
    network.names["reg.example"] = [Network.server]
    network.names["h2.carrier.example"] = [Network.server(2, port: 5061)]
    var account = Network.account("a", at: "reg.example")
    account.registrar = SIPURI(host: Network.server.address, port: 5060)
    account.transport = .tls
    account.redirects = ["carrier.example"]
    var addition = Network.addition(account)
    addition.credentials = [Self.token("one")]
    try network.machine.add([addition], at: network.now)
    network.perform()
    network.run(for: .seconds(60))
    #expect(network.requests.contains { $0.server != Network.server })
    #expect(network.requests.allSatisfy { !$0.isAuthorized })
    #expect(network.last("a")?.failure == .unusableChallenge("Bearer after a redirect"))
  }

  @Test("SEC-70 a trace shows no token")
  func traces() {
    let text =
      "REGISTER sip:x SIP/2.0\r\nAuthorization:  bearer eyJhbGciOi\r\nProxy-Authorization: Bearer abc\r\n\r\n"
    let record = TraceRecord(.sent, peer: Network.server, bytes: Array(text.utf8))
    #expect(!record.text.contains("eyJ") && !record.text.contains("abc"))
    #expect(record.text.contains("Authorization: Bearer (removed)"))
  }
}
