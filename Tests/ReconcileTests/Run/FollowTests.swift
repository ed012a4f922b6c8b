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
}
