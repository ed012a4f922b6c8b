import EngineScripted
import Reconcile
import SIP
import Testing

/// Identities that go from one account to another: the binding goes along, and is never taken away.
struct InheritanceTests {
  private static let (a, b, c) = (identity("a"), identity("b"), identity("c"))

  private static func identity(_ user: String) -> NameAddress {
    NameAddress(uri: SIPURI(user: user, host: .name("example.org")))
  }

  /// What is bound to an identity, whoever asks.
  private func contacts(of identity: NameAddress, in world: World) async -> [String] {
    await world.contacts(Account(id: "anyone", identity: identity))
  }

  @Test(
    "REC-45 identities that two accounts swap are both bound afterwards",
    arguments: [nil, "sip:pbx@192.0.2.7"]
  )
  func aSwap(contact: String?) async throws {
    let declared = try contact.map { ContactDeclaration(uri: try SIPURI(parsing: $0)) }
    let world = World([.named("a") { $0.contact = declared }, .named("b") { $0.contact = declared }])
    _ = try await world.apply()
    let before = await (contacts(of: Self.a, in: world), contacts(of: Self.b, in: world))
    world.change("a") { $0.identity = Self.b }
    world.change("b") { $0.identity = Self.a }
    let applied = try await world.apply()
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
    #expect(await contacts(of: Self.a, in: world) == before.0)
    #expect(await contacts(of: Self.b, in: world) == before.1)
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-45 an identity that a new account takes over stays bound, where its old account takes another")
  func aShift() async throws {
    let world = World([.named("first") { $0.identity = Self.a }, .named("b")])
    _ = try await world.apply()
    world.change("first") { $0.identity = Self.c }
    world.accounts.append(.named("second") { $0.identity = Self.a })
    let applied = try await world.apply()
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
    for identity in [Self.a, Self.b, Self.c] {
      #expect(await contacts(of: identity, in: world).count == 1, "\(identity.uri)")
    }
    #expect(await world.plan().isEmpty)
  }

  @Test("what is handed on is kept while its new account cannot be registered, and is let go afterwards")
  func theHeirFails() async throws {
    let world = World([.named("first") { $0.identity = Self.a }])
    _ = try await world.apply()
    world.change("first") { $0.identity = Self.c }
    world.accounts.append(.named("second") { $0.identity = Self.a })
    await world.engine.alwaysAnswer("second", with: .fail(.timeout))
    let failed = try await world.apply()
    #expect(failed["second"]?.kind == .failed)
    #expect(failed["first"]?.kind == .blocked)
    #expect(!failed.wire.contains { $0.hasPrefix("-") })
    await world.engine.alwaysAnswer("second", with: nil)
    let applied = try await world.apply()
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
    #expect(await contacts(of: Self.a, in: world).count == 1)
    #expect(await contacts(of: Self.c, in: world).count == 1)
    #expect(await world.plan().isEmpty)
  }

  @Test("an account that keeps an identity of its own holds nobody up")
  func othersAreNotWaitedFor() async throws {
    let own = ContactDeclaration(uri: SIPURI(user: "own", host: .name("192.0.2.8")))
    let world = World([
      .named("first") {
        $0.identity = Self.a
        $0.sharedIdentity = true
      },
      .named("second") {
        $0.identity = Self.a
        $0.contact = own
        $0.sharedIdentity = true
      },
    ])
    _ = try await world.apply()
    world.change("first") { $0.identity = Self.c }
    world.change("second") { $0.expires = 120 }
    await world.engine.alwaysAnswer("second", with: .fail(.timeout))
    let applied = try await world.apply()
    #expect(applied["first"]?.kind == .done)
    #expect(applied["second"]?.kind == .failed)
  }
}
