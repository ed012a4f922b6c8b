import Manifests
import Reconcile
import SIP
import Testing

struct CredentialResolvingTests {
  private let resolver = SecretResolver(
    environment: ["ONE": "1", "TOKEN": "t:1"],
    credentialsDirectory: nil,
    allowExec: false
  )

  @Test("SEC-56 a missing secret names file, line and account, and how many more want it")
  func aMissingSecretNamesFileLineAndAccount() throws {
    let text = """
      credentials: { shared: { username: u, password: { fromEnv: NONE } } }
      accounts:
        a: { identity: sip:a@example.com, auth: shared }
        b: { identity: sip:b@example.com, auth: shared }
        c: { identity: sip:c@example.com, auth: { username: c, ha1: { fromEnv: ONE } } }
      """
    let desired = try #require(load(text).desired)
    let (resolved, diagnostics) = resolver.resolve(desired)
    let formatted = DiagnosticFormatter().format(diagnostics)
    #expect(
      formatted
        == "test.yaml:5:37: error: no secret for account `a`, and of one more account: the environment "
        + "variable `NONE` is not set\n"
    )
    #expect(resolved["a"].isEmpty)
    #expect(resolved["c"] == [Credential(username: "c", proof: .ha1(Secret("1"), .md5))])
  }

  @Test func aRehearsalPutsAPlaceholderForWhatIsMissing() throws {
    let text =
      "accounts: { a: { identity: sip:a@example.com, auth: { username: u, password: { fromEnv: NONE } } } }"
    let desired = try #require(load(text).desired)
    let (resolved, diagnostics) = resolver.resolve(desired, placeholder: Secret("sandbox"))
    #expect(diagnostics.isEmpty)
    #expect(resolved["a"] == [Credential(username: "u", proof: .password(Secret("sandbox")))])
  }

  @Test func everyAccountOfManyHasItsOwnCredentials() throws {
    var text = "credentials: { shared: { username: s, password: { fromEnv: ONE } } }\naccounts:\n"
    for number in 0..<2100 {
      let auth =
        switch number % 3 {
        case 0: "shared"
        case 1: "{ username: u\(number), password: { fromEnv: ONE } }"
        default: "{ username: u\(number), password: p\(number) }"
        }
      text += "  a\(number): { identity: sip:a\(number)@example.com, auth: \(auth) }\n"
    }
    let desired = try #require(load(text).desired)
    let (resolved, diagnostics) = resolver.resolve(desired)
    #expect(diagnostics.isEmpty)
    for number in 0..<2100 {
      let secret = number % 3 == 2 ? "p\(number)" : "1"
      let username = number % 3 == 0 ? "s" : "u\(number)"
      let expected = Credential(username: username, proof: .password(Secret(secret)))
      #expect(resolved[AccountID("a\(number)")] == [expected])
    }
  }

  @Test func aPushIDThatIsAReferenceIsFilledIn() throws {
    let text = """
      accounts:
        a: { identity: sip:a@example.com, push: { provider: apns, param: p, prid: { fromEnv: TOKEN } } }
      """
    var desired = try #require(load(text).desired)
    let (resolved, diagnostics) = resolver.resolve(desired)
    resolved.fillPushIDs(of: &desired)
    #expect(diagnostics.isEmpty)
    #expect(desired.accounts[0].account.push?.prid == "t:1")
    #expect(desired.accounts[0].account.push?.pridReference == .environment("TOKEN"))
  }

  @Test func aSecretFileThatOthersCanReadIsWarnedAbout() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("password", "hunter2\n", mode: 0o644)
    let text =
      "accounts: { a: { identity: sip:a@example.com, auth: { username: u, password: { fromFile: \(path) } } } }"
    let desired = try #require(load(text).desired)
    let (resolved, diagnostics) = resolver.resolve(desired)
    #expect(diagnostics.map(\.rule) == ["exposed-secret"])
    #expect(diagnostics.map(\.severity) == [.warning])
    #expect(resolved["a"].count == 1)
  }
}
