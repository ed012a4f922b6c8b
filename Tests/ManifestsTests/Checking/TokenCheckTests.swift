import Manifests
import Reconcile
import SIP
import Testing

/// `auth` with a bearer token (RFC 8898).
struct TokenCheckTests {
  private func load(_ auth: String, keys: String = "transport: tls", top: String = "") -> LoadResult {
    ManifestsTests.load(
      """
      \(top)
      accounts:
        a: { identity: sip:a@example.com, auth: \(auth), \(keys) }
      """
    )
  }

  private func errors(_ auth: String, keys: String = "transport: tls", top: String = "") -> [String] {
    load(auth, keys: keys, top: top).diagnostics.filter { $0.severity == .error }.map(\.message)
  }

  @Test("TOK-04 a token stands in place of user name and password")
  func decoded() throws {
    let auth = "{ token: { fromFile: /run/token }, realm: r, authzServers: [https://auth.example.com] }"
    let account = try #require(load(auth).desired?.accounts.first).account
    let expected = CredentialDeclaration(
      username: "",
      realm: "r",
      kind: .token,
      secret: .file("/run/token"),
      authzServers: ["https://auth.example.com"]
    )
    #expect(account.credentials == [expected])
    #expect(load("[{ token: { fromEnv: T } }, { username: u, password: { fromEnv: P } }]").desired != nil)
  }

  @Test(
    "TOK-04 a token is refused where TLS is not certain",
    arguments: [
      ("transport: udp", false), ("transport: tcp", false), ("transport: ws", false), ("expires: 60", false),
      ("transport: wss", true), ("registrar: 'sips:example.com'", true),
      ("registrar: 'sip:example.com;transport=tls'", true),
      ("registrar: 'sip:example.com;transport=tls', outboundProxy: 'sip:p.example.com'", false),
      ("outbound: { flows: ['sip:p1.example.com;transport=tls', 'sip:p2.example.com'] }", false),
      ("outbound: { flows: ['sip:p1.example.com;transport=tls', 'sips:p2.example.com'] }", true),
    ]
  )
  func onlyOverTLS(_ keys: String, _ isGood: Bool) {
    let errors = errors("{ token: { fromEnv: T } }", keys: keys)
    #expect(errors.isEmpty == isGood, "\(errors)")
    #expect(errors.allSatisfy { $0.contains("a token is sent over TLS only") })
  }

  @Test(
    "TOK-04 what does not go with a token, or without one, is told",
    arguments: [
      ("{ token: { fromEnv: T }, username: u }", "`username` belongs to a password or an HA1"),
      ("{ token: { fromEnv: T }, algorithms: [MD5] }", "`algorithms` belongs to a password or an HA1"),
      ("{ token: { fromEnv: T }, password: { fromEnv: P } }", "one of `password`, `ha1` and `token`"),
      (
        "{ username: u, password: { fromEnv: P }, authzServers: [https://x] }",
        "`authzServers` belongs to a token"
      ),
      ("{ token: { fromEnv: T }, authzServers: ['http://x'] }", "`authzServers` holds https URLs"),
      ("{ realm: r }", "a credential needs `password`, `ha1` or `token`"),
    ]
  )
  func mistakes(_ auth: String, _ message: String) {
    #expect(errors(auth).contains { $0.contains(message) })
  }

  @Test("TOK-03 a secret that is no token is refused when it is read, and not shown")
  func malformedTokens() throws {
    let desired = try #require(load("{ token: { fromEnv: T } }").desired)
    for (text, isGood) in [("eyJhbGciOi.x", true), ("two words", false), ("\"quoted\"", false)] {
      let resolver = SecretResolver(environment: ["T": text], credentialsDirectory: nil, allowExec: false)
      let (credentials, diagnostics) = resolver.resolve(desired)
      #expect(diagnostics.isEmpty == isGood)
      #expect(credentials["a"].count == (isGood ? 1 : 0))
      #expect(
        diagnostics.allSatisfy { $0.message.contains("holds no bearer token") && !$0.message.contains(text) }
      )
    }
  }
}
