import EngineScripted
import Reconcile
import SIP
import Testing

/// One test for each row of the change table: what a changed field sends, counted in REGISTERs.
@Suite struct ChangeTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var field: AccountField
    var action: Change.Action
    var wire: [String]
    var change: @Sendable (inout Account) -> Void
    var testDescription: String { "\(field)" }
  }

  static let rows: [Row] = [
    Row(field: .identity, action: .replace, wire: ["+ a", "- a"]) {
      $0.identity.uri.user = "someone"
    },
    Row(field: .displayName, action: .edit, wire: ["+ a"]) { $0.identity.displayName = "Alice" },
    Row(field: .from, action: .edit, wire: ["+ a"]) {
      $0.from = NameAddress(uri: SIPURI(user: "gateway", host: .name("example.org")))
    },
    // The contact is the same: if both names lead to one registrar, the last REGISTER restores the binding.
    Row(field: .registrar, action: .move, wire: ["+ a", "- a", "+ a"]) {
      $0.registrar = SIPURI(host: .name("other.example.org"))
    },
    Row(field: .outboundProxy, action: .edit, wire: ["+ a"]) {
      $0.outboundProxy = [SIPURI(host: .name("edge.example.org"))]
    },
    Row(field: .register, action: .unregister, wire: ["- a"]) { $0.register = false },
    Row(field: .dependsOn, action: .replace, wire: ["+ a", "- a"]) {
      $0.dependsOn = [Dependency(account: "m")]
    },
    Row(field: .auth, action: .edit, wire: ["+ a"]) {
      $0.credentials = [CredentialDeclaration(username: "u", secret: .environment("P"))]
    },
    Row(field: .expires, action: .edit, wire: ["+ a"]) { $0.expires = 600 },
    Row(field: .contact, action: .edit, wire: ["+ a"]) {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "pbx", host: .name("pbx.example.com")))
    },
    Row(field: .push, action: .edit, wire: ["+ a"]) {
      $0.push = PushParameters(provider: "apns", param: "T", prid: "1")
    },
    Row(field: .outbound, action: .edit, wire: ["- a", "+ a"]) {
      $0.outbound = OutboundSettings(isEnabled: true)
    },
    Row(field: .headers, action: .edit, wire: ["+ a"]) { $0.headers = [HeaderField("X-Site", "1")] },
    Row(field: .keepAlive, action: .local, wire: []) { $0.keepAlive = 20 },
    Row(field: .retry, action: .local, wire: []) { $0.retry = RetryPolicy(base: 10) },
    Row(field: .onRemove, action: .local, wire: []) { $0.onRemove = .abandon },
    Row(field: .onMasterLoss, action: .local, wire: []) { $0.onMasterLoss = .withdraw },
    Row(field: .exclusive, action: .local, wire: []) { $0.exclusive = true },
    Row(field: .protect, action: .local, wire: []) { $0.protect = true },
    Row(field: .sharedIdentity, action: .local, wire: []) { $0.sharedIdentity = true },
    Row(field: .redirects, action: .local, wire: []) { $0.redirects = ["example.net"] },
    Row(field: .redirect, action: .local, wire: []) { $0.redirect = SIPURI(host: .name("example.net")) },
    Row(field: .movedFrom, action: .local, wire: []) { $0.movedFrom = "former" },
    Row(field: .labels, action: .local, wire: []) { $0.labels = ["site": "north"] },
    Row(field: .description, action: .local, wire: []) { $0.description = "the front desk" },
    Row(field: .tls, action: .local, wire: []) { $0.tls = TLSSettings(ca: "/ca.pem") },
  ]

  @Test(
    "REC-40 REC-42 REC-45 REC-47 REC-48 REC-49 REC-50 REC-55 a changed field sends what the table says",
    arguments: rows
  )
  func aChangedFieldSendsWhatTheTableSays(row: Row) async throws {
    let master = Account.named("m") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("m.example.org")))
    }
    let world = World([master, .named("a")])
    _ = try await world.apply()
    world.change("a", row.change)
    let applied = try await world.apply()
    #expect(applied.plan.changes.map(\.action) == [row.action])
    #expect(applied.wire == row.wire)
    #expect(applied["a"]?.kind == .done)
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-46 a changed transport moves the account and leaves one contact")
  func aChangedTransportMovesTheAccount() async throws {
    let world = World([.named("a")])
    _ = try await world.apply()
    world.change("a") { $0.transport = .tcp }
    let applied = try await world.apply()
    #expect(applied.plan.changes.map(\.action) == [.move])
    #expect(applied.wire == ["+ a"], "the same contact at the same host is the same binding")
    #expect(await world.contacts(world.accounts[0]).count == 1)
    #expect(await world.plan().isEmpty)
  }

  @Test func everyRowOfTheTableIsTested() {
    let tested = Set(ChangeTableTests.rows.map(\.field)).union([.transport])
    #expect(tested == Set(AccountField.allCases))
  }
}
