import Manifests
import Reconcile
import SIP
import Testing

struct ManifestLoaderTests {
  @Test func everyKeyOfAnAccountIsDecoded() throws {
    let text = """
      registrars:
        main: { uri: "sip:reg.example.com;transport=tls", outboundProxy: [p1.example.com, p2.example.com], maxRate: 5,
                maxInFlight: 9, tls: { ca: ./ca.pem, serverName: reg.example.com, allowWildcard: true } }
      engine: { userAgent: "", bind: "0.0.0.0:5060", advertise: pbx.example.com, natContact: never }
      reconcile: { prune: never, maxUnregister: 40%, interval: 2m }
      default: m
      accounts:
        m: { identity: sip:m@example.com }
        a:
          identity: '"Al" <sip:a@example.com>'
          registrar: main
          transport: tls
          register: false
          dependsOn: [m, { account: b, contact: own, condition: attempted }]
          auth: { username: u, ha1: { fromFile: ./h }, algorithms: [SHA-256] }
          push: { provider: fcm, param: p, prid: x }
          headers: { X-Site: berlin }
          keepAlive: off
          retry: { base: 5s, max: 1m, stalledProbe: 2h }
          onRemove: abandon
          onMasterLoss: withdraw
          protect: true
          redirects: [example.net]
          redirect: sip:other@example.com
          movedFrom: old
          labels: { site: berlin }
          description: "one\\ntwo"
        b: { identity: sip:b@example.com, exclusive: true,
             outbound: { regID: 2, instanceID: "urn:uuid:1-2", gruu: true } }
      """
    let result = load(text)
    #expect(result.rules == ["literal-secret"], "the device token")
    let desired = try #require(result.desired)
    #expect(desired.owner == "test")
    #expect(desired.defaultAccount == "m")
    #expect(
      desired.engine
        == EngineSettings(
          userAgent: "",
          bind: "0.0.0.0:5060",
          advertise: "pbx.example.com",
          natContact: .never
        )
    )
    #expect(desired.policy == ReconcilePolicy(prune: .never, maxUnregister: 40, interval: 120))
    #expect(desired.registrars.map(\.maxRate) == [5])
    let a = desired.accounts[1].account
    #expect(a.registrar.description == "sip:reg.example.com;transport=tls")
    #expect(a.outboundProxy.map(\.description) == ["sip:p1.example.com;lr", "sip:p2.example.com;lr"])
    #expect(a.tls == TLSSettings(ca: "/manifests/ca.pem", serverName: "reg.example.com", allowWildcard: true))
    #expect(a.transport == .tls && !a.register && a.contactMaster == "m")
    #expect(a.dependsOn.last == Dependency(account: "b", contact: .own, condition: .attempted))
    #expect(a.credentials.first?.secret == .file("/manifests/h"))
    #expect(a.credentials.first?.kind == .ha1 && a.credentials.first?.algorithms == [.sha256])
    #expect(a.push == PushParameters(provider: "fcm", param: "p", prid: "x"))
    #expect(a.headers == [HeaderField("X-Site", "berlin")] && a.keepAlive == 0)
    #expect(a.retry == RetryPolicy(base: 5, max: 60, stalledProbe: 7200))
    #expect(a.onRemove == .abandon && a.onMasterLoss == .withdraw && a.protect)
    #expect(a.redirects == ["example.net"] && a.redirect?.description == "sip:other@example.com")
    #expect(a.movedFrom == "old" && a.labels == ["site": "berlin"] && a.description == "one\ntwo")
    let b = desired.accounts[2].account
    #expect(
      b.outbound == OutboundSettings(isEnabled: true, instanceID: "urn:uuid:1-2", regID: 2, usesGRUU: true)
        && b.exclusive
    )
    #expect(result.files == ["test.yaml", "/manifests/ca.pem", "/manifests/h"])
  }

  @Test func fieldsKnowWhereTheyAreWritten() throws {
    let result = load(
      "defaults: { expires: 2h }\naccounts:\n  a:\n    identity: sip:a@example.com\n    register: true\n"
    )
    let desired = try #require(result.desired).accounts[0]
    #expect(desired.at == SourceLocation(file: "test.yaml", line: 5, column: 3))
    #expect(desired.fieldLocations[.identity] == SourceLocation(file: "test.yaml", line: 6, column: 5))
    #expect(desired.fieldLocations[.register] == SourceLocation(file: "test.yaml", line: 7, column: 5))
    #expect(desired.fieldLocations[.expires] == nil)
    #expect(desired.account.expires == 7200)
  }

  @Test func severalFilesAreOneState() throws {
    let first =
      "registrars: { r: { uri: sip:r.example.com } }\ndefaults: { expires: 5m }\n"
      + "accounts: { a: { identity: sip:a@example.com } }"
    let second = "accounts: { b: { identity: sip:b@example.com, registrar: r, dependsOn: a } }"
    let desired = try #require(load(first, second).desired)
    #expect(desired.accounts.map(\.account.id) == ["a", "b"])
    #expect(desired.accounts.map(\.account.expires) == [300, 3600])
    #expect(desired.accounts[1].account.registrar.description == "sip:r.example.com")
  }

  @Test("REC-34 one account in two files is an error that names both places")
  func oneAccountInTwoFilesNamesBothPlaces() {
    let text = "accounts: { a: { identity: sip:a@example.com } }"
    let result = load(text, text)
    #expect(result.diagnostics.map { $0.at?.description } == ["second.yaml:3:13"])
    #expect(result.diagnostics.map(\.message) == ["account `a` is already declared at test.yaml:3:13"])
  }

  @Test func filesWithTwoOwnersAreRefused() {
    let second = ManifestLoader.Input(
      path: "b.yaml",
      bytes: Array("apiVersion: sipreconcile/v1\nowner: two\naccounts: {}\n".utf8)
    )
    let first = ManifestLoader.Input(
      path: "a.yaml",
      bytes: Array("apiVersion: sipreconcile/v1\nowner: one\naccounts: {}\n".utf8)
    )
    let result = ManifestLoader().load([first, second])
    #expect(
      result.diagnostics.map(\.message) == [
        "the owner is `one` at a.yaml:2:8; files loaded together have one"
      ]
    )
  }

  @Test("REC-30 a master that is gone is complained about once for each dependent, with its place")
  func aMissingMasterNamesEveryDependent() {
    let text =
      "accounts:\n  a: { identity: sip:a@example.com, dependsOn: m }\n"
      + "  b: { identity: sip:b@example.com, dependsOn: m }\n"
    #expect(load(text).diagnostics.compactMap { $0.at?.line } == [4, 5])
  }

  @Test("REC-35 a dependent of a master that is off is allowed, with a warning")
  func aDependentOfAMasterThatIsOffIsAllowed() {
    let result = load(
      "accounts: { m: { identity: sip:m@example.com, register: false }, a: { identity: sip:a@example.com, dependsOn: m } }"
    )
    #expect(result.desired != nil)
    #expect(result.rules == ["master-off"])
  }

  @Test("REC-31 REC-39 a long chain loads, and closing it is one cycle")
  func aLongChainIsNoDanger() {
    var chain = ""
    for index in 1..<5_000 {
      chain += "  a\(index): { identity: sip:u\(index)@example.com, dependsOn: a\(index - 1) }\n"
    }
    #expect(load("accounts:\n  a0: { identity: sip:u0@example.com }\n" + chain).rules == [])
    let closed = load("accounts:\n  a0: { identity: sip:u0@example.com, dependsOn: a4999 }\n" + chain)
    #expect(closed.rules == ["cycle"])
  }

  @Test("URI-19 REC-36 one identity at one registrar twice needs other contacts and both consents")
  func oneIdentityTwiceNeedsConsent() {
    let both = "sharedIdentity: true"
    #expect(load(pair("\(both), contact: sip:a@192.0.2.1", "\(both), contact: sip:a@192.0.2.2")).rules == [])
    #expect(
      load(pair("\(both), contact: sip:a@192.0.2.1", "contact: sip:a@192.0.2.2")).rules == [
        "duplicate-identity"
      ]
    )
    #expect(
      load(pair("\(both), contact: sip:a@192.0.2.1", "\(both), contact: sip:a@192.0.2.1")).rules == [
        "duplicate-identity"
      ]
    )
    #expect(load(pair(both, both)).rules == ["duplicate-identity"])
  }

  private func pair(_ first: String, _ second: String) -> String {
    "accounts:\n  a: { identity: \"sip:%61lice@Example.COM;user=phone\", \(first) }\n"
      + "  b: { identity: sip:alice@example.com, \(second) }\n"
  }

  @Test func aLiteralSecretIsWarnedAboutOncePerFile() {
    let result = load(
      "accounts:\n  a: { identity: sip:a@example.com, auth: { username: a, password: canary } }\n"
        + "  b: { identity: sip:b@example.com, auth: { username: b, password: canary } }\n"
    )
    #expect(result.rules == ["literal-secret"])
    #expect(result.desired != nil)
    #expect(!DiagnosticFormatter().format(result.diagnostics).contains("canary"))
  }

  @Test("SEC-71 passwords in a file that others can read are warned about")
  func aReadableFileWithPasswordsIsWarnedAbout() throws {
    let folder = try TemporaryFolder()
    let text =
      "apiVersion: sipreconcile/v1\nowner: o\naccounts: { a: { identity: sip:a@example.com, auth: "
      + "{ username: a, password: x } } }\n"
    let open = ManifestLoader().load(paths: [try folder.write("open.yaml", text, mode: 0o644)])
    let closed = ManifestLoader().load(paths: [try folder.write("closed.yaml", text, mode: 0o600)])
    #expect(open.diagnostics[0].message.contains("others can read this file"))
    #expect(!closed.diagnostics[0].message.contains("others can read this file"))
  }

  @Test("SEC-57 a device and a missing file are each named, and the others are still checked")
  func unreadableFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    let good = try folder.write(
      "good.yaml",
      "apiVersion: sipreconcile/v1\nowner: o\nbogus: 1\naccounts: {}\n"
    )
    let result = ManifestLoader().load(paths: ["/dev/zero", folder.path + "/none", good])
    #expect(result.rules == ["file", "file", "unknown-key"])
    #expect(result.desired == nil)
    #expect(result.files.contains(folder.path + "/none"))
  }

  @Test func theDigestTellsWhetherBytesChanged() {
    #expect(load("accounts: {}").contentDigest == load("accounts: {}").contentDigest)
    #expect(load("accounts: {}").contentDigest != load("accounts:  {}").contentDigest)
    #expect(load("accounts: {}", "x: 1").contentDigest != load("x: 1", "accounts: {}").contentDigest)
  }

  @Test func aFileWithoutAccountsDeclaresNone() {
    #expect(load("accounts:\n").desired?.accounts.isEmpty == true)
    #expect(load("").desired?.accounts.isEmpty == true)
  }
}
