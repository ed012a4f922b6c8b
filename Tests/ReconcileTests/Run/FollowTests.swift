import Reconcile
import SIP
import Testing

/// A master whose contact changes, and its dependents: one REGISTER each.
struct FollowTests {
  @Test func aDependentThatFollowsIsRegisteredOnce() async throws {
    let world = World([
      .named("m") { $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("one.example"))) },
      .named("d", on: "m"), .named("e", on: "d"),
    ])
    _ = try await world.apply()
    world.change("m") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("two.example")))
    }
    let applied = try await world.apply()
    #expect(applied.wire == ["+ m", "+ d", "+ e"])
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
  }

  @Test func aDependentThatFollowsAndIsEditedIsRegisteredOnce() async throws {
    let world = World([
      .named("m") { $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("one.example"))) },
      .named("d", on: "m"),
    ])
    _ = try await world.apply()
    world.change("m") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("two.example")))
    }
    world.change("d") { $0.expires = 120 }
    let applied = try await world.apply()
    #expect(applied.wire == ["+ m", "+ d"])
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
  }

  @Test("identities that two masters swap touch nobody who shares their declared contacts")
  func swappedIdentities() async throws {
    let contact = { (name: String) in
      ContactDeclaration(uri: SIPURI(user: name, host: .name("pbx.example")))
    }
    let world = World([
      .named("m") { $0.contact = contact("one") }, .named("n") { $0.contact = contact("two") },
      .named("d", on: "m"), .named("e", on: "d"),
    ])
    _ = try await world.apply()
    let (m, n) = (Account.named("m").identity, Account.named("n").identity)
    world.change("m") {
      $0.identity = n
      $0.identity.displayName = "Another"
    }
    world.change("n") { $0.identity = m }
    let applied = try await world.apply()
    #expect(Set(applied.plan.changes.map(\.account)) == ["m", "n"])
    #expect(applied.plan.changes.allSatisfy { $0.fields.map(\.path) == ["identity"] })
    #expect(!applied.wire.contains { $0.hasSuffix(" d") || $0.hasSuffix(" e") })
    #expect(await world.plan().isEmpty)
  }
}
