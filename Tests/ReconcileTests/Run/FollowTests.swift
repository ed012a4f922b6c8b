import EngineScripted
import Reconcile
import SIP
import TestSupport
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

extension FollowTests {
  private static func chain(_ contact: String) throws -> [Account] {
    let uri = try SIPURI(parsing: contact)
    return [
      .named("m") { $0.contact = ContactDeclaration(uri: uri) },
      .named("a", on: "m"), .named("b", on: "a"), .named("c", on: "b"), .named("d", on: "c"),
    ]
  }

  @Test("REC-27 a contact that only gets a parameter is followed over any number of levels")
  func aParameterIsFollowed() async throws {
    let world = World(try Self.chain("sip:m@one.example"))
    _ = try await world.apply()
    for contact in ["sip:m@one.example;line=1", "sip:m@one.example", "sip:m@one.example;line=2"] {
      world.accounts = try Self.chain(contact)
      let applied = try await world.apply()
      #expect(applied.wire == ["+ m", "+ a", "+ b", "+ c", "+ d"], "\(contact)")
      #expect(await world.ledger.rows.values.allSatisfy { $0.contact == contact })
      #expect(await world.plan().isEmpty)
    }
  }

  @Test(
    "REC-68 what a crash left half followed is followed to the end by the next apply",
    arguments: [1, 2, 3]
  )
  func aHalfFollowedChain(confirmed: Int) async throws {
    let world = World(try Self.chain("sip:m@one.example"))
    _ = try await world.apply()
    let before = await world.ledger.rows
    world.accounts = try Self.chain("sip:m@two.example")
    let order: [AccountID] = ["m", "a", "b", "c", "d"]
    // The registrar has accepted so many of them, and nothing of it reached the state but what was expected.
    _ = try await world.apply(holding: [order[confirmed]], timeLimit: .seconds(30)) { engine, clock in
      await engine.untilSent(order[confirmed])
      clock.advance(by: .seconds(60))
    }
    for row in before.values {
      var row = row
      row.formerContacts = ["sip:m@two.example"]
      row.cseqReserved += 64
      await world.ledger.put(row)
    }
    let applied = try await world.apply()
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
    for account in world.accounts {
      #expect(await world.contacts(account) == ["sip:m@two.example"], "\(account.id)")
    }
    #expect(await world.plan().isEmpty)
  }

  @Test("what a crash left between two masters is removed when the manifest goes back to the first")
  func aReplacementThatIsTakenBack() async throws {
    let masters: [Account] = try ["p", "q"].map { name in
      let uri = try SIPURI(parsing: "sip:\(name)@pbx.example")
      return .named(name) { $0.contact = ContactDeclaration(uri: uri) }
    }
    let world = World(masters + [.named("a", on: "p")])
    _ = try await world.apply()
    world.accounts = masters + [.named("a", on: "q")]
    await world.engine.answerRemovals(of: "a", with: .fail(.timeout))
    // Killed after the registrar accepted the new binding, before that was written.
    _ = try await world.apply()
    let sent = await world.ledger.writes.joined().compactMap { entry in
      if case .save(let row) = entry, row.account.id == "a", row.phase == .pending { row } else { nil }
    }
    await world.ledger.put(try #require(sent.last))
    await world.engine.answerRemovals(of: "a", with: nil)
    world.accounts = masters + [.named("a", on: "p")]
    let applied = try await world.apply()
    #expect(applied.report.outcomes.allSatisfy { $0.kind == .done })
    #expect(await world.contacts(world.accounts[2]) == ["sip:p@pbx.example"])
    #expect(await world.plan().isEmpty)
  }
}
