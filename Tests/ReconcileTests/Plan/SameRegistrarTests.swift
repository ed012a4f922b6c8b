import EngineScripted
import Reconcile
import SIP
import Testing

/// Whose binding it is when an account moves, or another takes its identity over.
@Suite struct SameRegistrarTests: PlannerBench {
  private static func account(_ name: String, at registrar: String, contact: String? = "sip:a@192.0.2.1")
    throws -> Account
  {
    let registrar = try SIPURI(parsing: registrar)
    var account = Account(
      id: AccountID(name),
      identity: NameAddress(uri: SIPURI(user: "a", host: .name("example.org"))),
      registrar: registrar
    )
    account.contact = try contact.map { ContactDeclaration(uri: try SIPURI(parsing: $0)) }
    return account
  }

  private func bound(_ account: Account) -> OwnedRegistration {
    owned(account) { $0.contact = "sip:a@192.0.2.1" }
  }

  @Test(
    "REC-45 what may be two names of one registrar is unregistered by the old one, and then registered once more",
    arguments: ["sip:b.example.org", "sip:a.example.org:5070", "sip:192.0.2.9:5060"]
  )
  func aMoveRestoresWhatItMayHaveTaken(registrar: String) async throws {
    let old = try Self.account("a", at: "sip:a.example.org")
    let new = try Self.account("a", at: registrar)
    let plan = plan([new], owned: [bound(old)]) { $0.allowUnregister = 1 }
    #expect(plan.changes.map(\.action) == [.move])
    #expect(plan.changes[0].steps == [.register, .unregister(callID: "call-a"), .restore(account: "a")])

    let world = World([old])
    _ = try await world.apply()
    world.accounts = [new]
    let applied = try await world.apply()
    #expect(applied.wire == ["+ a", "- a", "+ a"])
    #expect(Set(applied.requests.map(\.registrar)).count == 2)
    #expect(applied.report.outcomes.map(\.kind) == [.done])
    #expect(await world.contacts(new) == ["sip:a@192.0.2.1"])
    #expect(await world.contacts(old) == [])
    #expect(await world.plan().isEmpty)
  }

  @Test("a move that changes the contact too, or only the transport, has nothing to restore")
  func anotherContactIsNotAtRisk() throws {
    let old = try Self.account("a", at: "sip:a.example.org")
    let moved = try Self.account("a", at: "sip:b.example.org", contact: "sip:a@192.0.2.2")
    var stream = old
    stream.transport = .tcp
    for account in [moved, stream] {
      let plan = plan([account], owned: [bound(old)]) { $0.allowUnregister = 1 }
      #expect(plan.changes.map(\.steps) == [[.register, .unregister(callID: "call-a")]])
    }
  }

  @Test("an old registrar that was silent is asked again later, and the present binding is restored after it")
  func aLateRemovalRestoresToo() async throws {
    let world = World([try Self.account("a", at: "sip:a.example.org")])
    _ = try await world.apply()
    world.accounts = [try Self.account("a", at: "sip:b.example.org")]
    await world.engine.answerRemovals(of: "a", with: .fail(.timeout))
    let first = try await world.apply()
    #expect(first["a"]?.kind == .failed)
    #expect(first.wire == ["+ a", "- a", "+ a"])
    await world.engine.answerRemovals(of: "a", with: nil)
    let second = try await world.apply()
    #expect(second.plan.changes.map(\.action) == [.unregister])
    #expect(second.wire == ["- a", "+ a"])
    #expect(second["a"]?.kind == .done)
    #expect(await world.plan().isEmpty)
  }

  @Test(
    "REC-51 an account that has another's identity and contact takes its binding over, and nothing is removed"
  )
  func aSilentRenameKeepsTheBinding() async throws {
    let former = try Self.account("z", at: "sip:a.example.org")
    let present = try Self.account("b", at: "sip:a.example.org")
    let asked = plan(
      [present],
      owned: [bound(former)],
      live: ["b": .known([Binding(contact: "sip:a@192.0.2.1")])]
    )
    #expect(asked.changes.map(\.action) == [.adopt, .local])
    #expect(asked.changes[1].steps == [.forget(callID: "call-z")])
    #expect(asked.changes[1].after == ["b"])
    #expect(asked.refusals.isEmpty)

    for name in ["b", "zz"] {
      let world = World([former])
      _ = try await world.apply()
      world.asks = false
      world.accounts = [try Self.account(name, at: "sip:a.example.org")]
      let applied = try await world.apply()
      #expect(applied.wire == ["+ \(name)"])
      #expect(await world.contacts(former) == ["sip:a@192.0.2.1"])
      #expect(await world.ledger.rows.values.map(\.account.id) == [AccountID(name)])
      #expect(await world.plan().isEmpty)
    }
  }

  @Test("an account that is renamed and moved at once is restored after its former name was unregistered")
  func aRenameAndMoveAtOnce() async throws {
    let former = try Self.account("a", at: "sip:a.example.org")
    let present = try Self.account("b", at: "sip:b.example.org")
    let world = World([former])
    _ = try await world.apply()
    world.accounts = [present]
    let applied = try await world.apply()
    #expect(applied.wire == ["+ b", "- a", "+ b"])
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
    #expect(await world.contacts(former) == [])
    #expect(await world.contacts(present) == ["sip:a@192.0.2.1"])
    #expect(await world.plan().isEmpty)

    // The present name was registered by an earlier run, and the former one could not be reached then.
    let bound = plan([present], owned: [bound(former), bound(present)]) { $0.allowUnregister = 1 }
    #expect(bound.changes.map(\.steps) == [[.unregister(callID: "call-a"), .restore(account: "b")]])
  }

  @Test("what is not declared is compared once it is known: the engine's own address may be the same again")
  func theEnginesAddressMayBeTheSame() async throws {
    let former = try Self.account("z", at: "sip:a.example.org", contact: nil)
    let world = World([former])
    _ = try await world.apply()
    world.accounts = [try Self.account("b", at: "sip:a.example.org", contact: nil)]
    let applied = try await world.apply()
    #expect(applied.wire.filter { $0.hasPrefix("-") }.isEmpty)
    #expect(await world.contacts(former).count == 1)
    #expect(await world.ledger.rows.values.map(\.account.id) == ["b"])
  }

  @Test("a former name is kept until the present one is registered, and says whom it waits for")
  func aFormerNameWaits() async throws {
    let former = try Self.account("z", at: "sip:a.example.org")
    let world = World([former])
    _ = try await world.apply()
    world.asks = false
    world.accounts = [try Self.account("b", at: "sip:a.example.org")]
    await world.engine.answer("b", with: .refuse(403, "Forbidden"))
    let applied = try await world.apply()
    #expect(applied["z"]?.kind == .blocked)
    #expect(applied["z"]?.blockedBy == ["b"])
    #expect(
      applied["z"]?.reason == "kept as it is: b, which has the same identity now, is not registered yet"
    )
    #expect(await world.ledger.rows(of: "z").map(\.phase) == [.bound])
    _ = try await world.apply()
    #expect(await world.ledger.rows.values.map(\.account.id) == ["b"])
    #expect(await world.contacts(former) == ["sip:a@192.0.2.1"])
  }

  @Test("a former name with another contact is unregistered, after the present one is registered")
  func anotherContactIsUnregistered() async throws {
    let former = try Self.account("a", at: "sip:a.example.org", contact: "sip:a@192.0.2.7")
    let world = World([former])
    _ = try await world.apply()
    world.accounts = [try Self.account("b", at: "sip:a.example.org")]
    let applied = try await world.apply()
    #expect(applied.wire == ["+ b", "- a"])
    #expect(await world.contacts(former) == ["sip:a@192.0.2.1"])
  }
}
