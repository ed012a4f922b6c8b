import EngineScripted
import Reconcile
import SIP
import TestSupport
import Testing

/// Contacts that an edit left behind: kept in the state until a registrar shows that they are gone.
@Suite struct FormerContactTests: PlannerBench {
  private static func account(_ last: Int) -> Account {
    .named("a") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "a", host: Host("192.0.2.\(last)")!))
    }
  }

  private static func uri(_ last: Int) -> String { "sip:a@192.0.2.\(last)" }

  @Test(
    "REC-26 a contact whose edit failed is not forgotten: the next edit removes all that may be bound",
    arguments: [ScriptedAnswer.refuse(403, "Forbidden"), .loseAnswer, .fail(.timeout)]
  )
  func aFailedEditLeavesNothing(answer: ScriptedAnswer) async throws {
    let world = World([Self.account(1)])
    _ = try await world.apply()
    world.accounts = [Self.account(2)]
    await world.engine.answer("a", with: answer)
    let failed = try await world.apply()
    #expect(failed["a"]?.kind == .failed)
    let row = try #require(await world.ledger.rows(of: "a").first)
    #expect(row.contact == Self.uri(1))
    #expect(row.formerContacts == [Self.uri(2)])
    world.accounts = [Self.account(3)]
    _ = try await world.apply()
    #expect(await world.contacts(Self.account(3)) == [Self.uri(3)])
    #expect(await world.ledger.rows(of: "a").map(\.formerContacts) == [[]])
    #expect(await world.plan().isEmpty)
  }

  @Test("a contact is in the state before the REGISTER leaves that may bind it, whatever becomes of us")
  func aContactIsKnownBeforeItIsSent() async throws {
    let world = World([Self.account(1)])
    _ = try await world.apply()
    world.accounts = [Self.account(2)]
    // The time is over while the answer is awaited: as if the process had been killed.
    let applied = try await world.apply(holding: ["a"], timeLimit: .seconds(5)) { engine, clock in
      await engine.untilSent("a")
      clock.advance(by: .seconds(6))
    }
    #expect(applied["a"]?.kind == .failed)
    let row = try #require(await world.ledger.rows(of: "a").first)
    #expect(row.contact == Self.uri(1) && row.formerContacts == [Self.uri(2)])
    #expect(row.account == Self.account(1))
  }

  @Test("the first contact too is known before it is sent")
  func theFirstContactIsKnown() async throws {
    let world = World([Self.account(1)])
    _ = try await world.apply(holding: ["a"], timeLimit: .seconds(5)) { engine, clock in
      await engine.untilSent("a")
      clock.advance(by: .seconds(6))
    }
    let row = try #require(await world.ledger.rows(of: "a").first)
    #expect(row.phase == .pending && row.contact == Self.uri(1))
  }

  @Test(
    "a contact of earlier that is still listed is ours, is no reason to fear for the present one, and goes"
  )
  func aListedLeftoverIsRemoved() throws {
    let row = owned(Self.account(1)) {
      $0.contact = Self.uri(1)
      $0.formerContacts = [Self.uri(2)]
    }
    let listed = [
      Binding(contact: Self.uri(1)), Binding(contact: Self.uri(2)), Binding(contact: Self.uri(3)),
    ]
    let repair = plan([Self.account(1)], owned: [row], live: ["a": .known(listed)])
    #expect(repair.changes.map(\.action) == [.repair])
    #expect(repair.changes[0].cause.kind == .orphan)
    #expect(repair.changes[0].steps == [.refresh])
    #expect(repair.foreign.map(\.binding.contact) == [Self.uri(3)])
    let gone = plan([Self.account(1)], owned: [row], live: ["a": .known([listed[0]])])
    #expect(gone.isEmpty)
    let vanished = plan([Self.account(1)], owned: [row], live: ["a": .known([listed[1]])])
    #expect(vanished.changes.map(\.cause.kind) == [.drift])
  }

  @Test("an unregister takes along what earlier edits left")
  func anUnregisterTakesAllAlong() async throws {
    let world = World([Self.account(1)])
    _ = try await world.apply()
    world.accounts = [Self.account(2)]
    await world.engine.answer("a", with: .loseAnswer)
    _ = try await world.apply()
    world.accounts = []
    _ = try await world.apply()
    #expect(await world.contacts(Self.account(1)) == [])
    #expect(await world.ledger.rows.isEmpty)
  }
}
