import Reconcile
import SIP
import Testing

@testable import Manifests

/// What the files mean, as one file.
struct EffectiveManifestTests {
  private func effective(_ text: String) -> (text: String, result: LoadResult) {
    let result = load(text)
    return (EffectiveManifest(result).lines.joined(separator: "\n") + "\n", result)
  }

  private func loadAgain(_ text: String) -> LoadResult {
    ManifestLoader().load([ManifestLoader.Input(path: "again.yaml", bytes: Array(text.utf8))])
  }

  private static let everything = """
    registrars:
      main: { uri: "sip:reg.example.com;transport=tls", outboundProxy: [p1.example.com, "sip:p2.example.com;lr"],
              maxRate: 5, tls: { ca: /ca.pem, serverName: reg.example.com, allowWildcard: true } }
    credentials:
      c: { username: "0123", realm: "a \\"b\\"", ha1: { fromFile: /x.ha1 }, algorithms: [SHA-256] }
    engine: { userAgent: "", bind: "0.0.0.0:5060", natContact: auto, localAddresses: allow, requireChallenge: true,
              downgrade: refuse, overloadControl: true }
    reconcile: { prune: never, maxUnregister: 40%, interval: 90s }
    defaults: { registrar: main, expires: 90m, labels: { site: x, "a b": "" } }
    default: m
    accounts:
      m:
        identity: '"M, m" <sip:m@example.com>'
        auth: [c, { token: { fromEnv: T }, authzServers: [https://auth.example.com] }]
        push: { provider: apns, param: TEAM.app, prid: { fromEnv: PRID } }
        outbound: { enabled: true, gruu: true, regID: 7, instanceID: "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6" }
        retry: { base: 1m, max: 2h, stalledProbe: 30m }
        keepAlive: 45s
        transport: tls
        exclusive: true
        protect: true
        redirects: [example.net]
        redirect: sip:desk@example.com
        movedFrom: old
      "2":
        identity: sip:n@example.com
        dependsOn: [{ account: m, contact: own, condition: attempted }]
        contact: { uri: "sip:n@192.0.2.1", q: "0.5", parameters: { +sip.x: "", methods: INVITE } }
        headers: { X-Site: "a: b", X-Empty: "" }
        transport: wss
        register: false
        sharedIdentity: true
        onRemove: abandon
        onMasterLoss: withdraw
        description: "two\\nlines # no comment"
      flows:
        identity: sip:f@example.com
        registrar: sip:f.example.com
        outbound: { flows: ["sip:e1.example.com;lr", "sip:e2.example.com;lr"] }
      other: { identity: sip:n@example.com, from: "Gate <sip:g@example.com>", contact: "sip:o@192.0.2.2", sharedIdentity: true }
    """

  @Test("what is written means the same when it is read again")
  func itIsAFileAgain() throws {
    let (text, result) = effective(Self.everything)
    #expect(result.diagnostics.filter { $0.severity == .error } == [])
    let again = loadAgain(text)
    #expect(again.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
    let (before, after) = (try #require(result.desired), try #require(again.desired))
    #expect(after.accounts.map(\.account) == before.accounts.map(\.account))
    #expect(after.engine == before.engine && after.policy == before.policy)
    #expect(after.defaultAccount == before.defaultAccount)
    #expect(after.registrars.map(\.maxRate) == before.registrars.map(\.maxRate))
  }

  @Test("each value has its origin: its line, the defaults, the registrar, the identity or the program")
  func origins() {
    let text = effective(
      """
      registrars: { r: { uri: sip:r.example.com, outboundProxy: sip:p.example.com } }
      defaults: { expires: 10m }
      accounts:
        a: { identity: sip:a@example.com }
        b:
          identity: sip:b@example.com
          registrar: r
      """
    ).text
    let lines = text.split(separator: "\n").map { line in
      line.split(separator: "#").map { $0.trimmingPrefix { $0 == " " } }
    }
    func origin(_ start: String) -> [String] {
      lines.filter { $0[0].hasPrefix(start) && $0.count > 1 }.map { String($0[1]) }
    }
    #expect(origin("identity") == ["test.yaml:6", "test.yaml:8"])
    #expect(origin("registrar") == ["the identity's domain", "test.yaml:9"])
    #expect(origin("expires") == ["defaults, test.yaml:4", "defaults, test.yaml:4"])
    #expect(origin("outboundProxy") == ["the registrar of test.yaml:9"])
  }

  @Test("SEC-70 a secret that stands in the file is not shown")
  func literalsAreNotShown() {
    let text = effective(
      """
      accounts:
        a:
          identity: sip:a@example.com
          auth: { username: a, password: canary-1 }
          push: { provider: apns, prid: canary-2 }
      """
    ).text
    #expect(!text.contains("canary"))
    #expect(text.contains("password: \"(a secret, not shown)\""))
  }
}
