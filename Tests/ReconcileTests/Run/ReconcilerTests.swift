import EngineScripted
import Reconcile
import SIP
import TestSupport
import Testing

@Suite struct ReconcilerTests {
  @Test("REC-01 REC-04 REC-11 a chain registers in order, with the first one's contact")
  func aChainRegistersInOrder() async throws {
    let accounts = [Account.named("c", on: "b"), .named("b", on: "a"), .named("a")]
    let world = World(accounts)
    let applied = try await world.apply(holding: ["a"]) { engine, _ in
      await engine.untilSent("a")
      #expect(await engine.requests.filter { $0.kind == .register }.count == 1)
      await engine.release("a")
    }
    #expect(applied.wire == ["+ a", "+ b", "+ c"])
    #expect(Set(applied.requests.compactMap(\.contact)) == ["sip:a@192.0.2.10:5060"])
    #expect(Set(applied.requests.map(\.callID)).count == 3)
  }

  @Test("REC-03 independent accounts go at once")
  func independentAccountsGoAtOnce() async throws {
    let world = World((0..<10).map { Account.named("a\($0)") })
    let applied = try await world.apply(holding: (0..<10).map { AccountID("a\($0)") }) { engine, _ in
      for index in 0..<10 { await engine.untilSent(AccountID("a\(index)")) }
      for index in 0..<10 { await engine.release(AccountID("a\(index)")) }
    }
    #expect(applied.report.outcomes.count == 10)
  }

  @Test(
    "REC-06 REC-07 TRAP-23 REC-09 a failed master blocks its dependents, with the root cause, and nobody else"
  )
  func aFailedMasterBlocksItsDependents() async throws {
    let world = World([
      .named("a"), .named("b", on: "a"), .named("c", on: "b"), .named("other"), .named("d", on: "other"),
    ])
    await world.engine.answer("a", with: .refuse(403, "Forbidden"))
    let applied = try await world.apply()
    #expect(applied["a"]?.kind == .failed)
    #expect(applied["a"]?.code == 403)
    #expect(applied["a"]?.remedy?.isEmpty == false)
    #expect(applied["b"]?.kind == .blocked)
    #expect(applied["b"]?.blockedBy == ["a"])
    #expect(applied["b"]?.reason == "waits for a, which failed: 403 Forbidden")
    #expect(applied["c"]?.kind == .blocked)
    #expect(applied["c"]?.blockedBy == ["a", "b"])
    #expect(applied["other"]?.kind == .done)
    #expect(applied["d"]?.kind == .done)
    #expect(!applied.wire.contains("+ b") && !applied.wire.contains("+ c"))
  }

  @Test("REC-08 REC-61 the next apply does only what is left")
  func theNextApplyDoesOnlyWhatIsLeft() async throws {
    let world = World([.named("a"), .named("b", on: "a"), .named("other")])
    await world.engine.answer("a", with: .refuse(503, "Service Unavailable"))
    _ = try await world.apply()
    let applied = try await world.apply()
    #expect(applied.wire == ["+ a", "+ b"])
    #expect(await world.plan().isEmpty)
  }

  @Test func aConditionOfAttemptedIsMetByAFailure() async throws {
    var dependent = Account.named("d")
    dependent.dependsOn = [Dependency(account: "m", contact: .own, condition: .attempted)]
    let world = World([.named("m"), dependent])
    await world.engine.alwaysAnswer("m", with: .refuse(403, "Forbidden"))
    let applied = try await world.apply()
    #expect(applied.wire == ["+ m", "+ d"])
    #expect(applied["d"]?.kind == .done)
  }

  @Test("REC-60 applying twice sends nothing the second time")
  func applyingTwiceSendsNothing() async throws {
    let world = World([.named("a"), .named("b", on: "a")])
    _ = try await world.apply()
    let applied = try await world.apply()
    #expect(applied.wire.isEmpty)
    #expect(applied.plan.isEmpty)
  }

  @Test("REC-27 a dependent that is added to a bound master registers alone")
  func anAddedDependentRegistersAlone() async throws {
    let world = World([.named("m")])
    _ = try await world.apply()
    world.accounts.append(.named("d", on: "m"))
    let applied = try await world.apply()
    #expect(applied.wire == ["+ d"])
    #expect(applied.requests[0].contact == "sip:m@192.0.2.10:5060")
  }

  @Test(
    "REC-23 REC-24 a changed contact reaches every dependent after its master, old ones in the same request"
  )
  func aChangedContactReachesEveryDependent() async throws {
    let world = World([.named("m"), .named("d1", on: "m"), .named("d2", on: "d1"), .named("x")])
    _ = try await world.apply()
    world.change("m") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("new.example.org")))
    }
    let applied = try await world.apply()
    #expect(applied.wire == ["+ m", "+ d1", "+ d2"])
    #expect(applied.requests.allSatisfy { $0.removedContact == "sip:m@192.0.2.10:5060" })
    for account in world.accounts.prefix(3) {
      #expect(await world.contacts(account) == ["sip:m@new.example.org"])
    }
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-25 a master that cannot move leaves its dependents where they are")
  func aMasterThatCannotMoveLeavesItsDependents() async throws {
    let world = World([.named("m"), .named("d", on: "m")])
    _ = try await world.apply()
    world.change("m") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("new.example.org")))
    }
    await world.engine.answer("m", with: .refuse(403, "Forbidden"))
    let applied = try await world.apply()
    #expect(applied.wire == ["+ m"])
    #expect(applied["d"]?.kind == .blocked)
    #expect(await world.contacts(world.accounts[1]) == ["sip:m@192.0.2.10:5060"])
  }

  @Test("REC-40 an identity is replaced with the new binding first, the old one under its own Call-ID")
  func anIdentityIsReplacedNewFirst() async throws {
    let world = World([.named("a")])
    let first = try await world.apply()
    let old = world.accounts[0]
    world.change("a") { $0.identity.uri.user = "other" }
    let applied = try await world.apply()
    #expect(applied.wire == ["+ a", "- a"])
    #expect(applied.requests[1].callID == first.requests[0].callID)
    #expect(applied.requests[1].cseq > first.requests[0].cseq)
    #expect(applied.requests[1].identity == "sip:a@example.org")
    #expect(await world.contacts(old).isEmpty)
    #expect(await world.contacts(world.accounts[0]).count == 1)
  }

  @Test("REC-41 an old binding that cannot be removed is retried by later runs")
  func anOldBindingThatStaysIsRetried() async throws {
    let world = World([.named("a")])
    _ = try await world.apply()
    world.change("a") { $0.identity.uri.user = "other" }
    await world.engine.answerRemovals(of: "a", with: .fail(.timeout))
    let applied = try await world.apply()
    #expect(applied["a"]?.kind == .failed)
    #expect(await world.contacts(world.accounts[0]).count == 1)
    let plan = await world.plan()
    #expect(plan.changes.map(\.cause.kind) == [.orphan])
    await world.engine.answerRemovals(of: "a", with: nil)
    #expect(try await world.apply().wire == ["- a"])
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-42 REC-43 a rotated secret is one REGISTER under the same Call-ID; refused, the binding stays")
  func aRotatedSecretIsOneRegister() async throws {
    let world = World([.named("a")])
    world.secrets = ["a": "1"]
    let first = try await world.apply()
    world.secrets = ["a": "2"]
    await world.engine.answer("a", with: .fail(.credentialRejected(realm: "example.org")))
    let refused = try await world.apply()
    #expect(refused.wire == ["+ a"])
    #expect(refused["a"]?.kind == .failed)
    #expect(await world.contacts(world.accounts[0]).count == 1)
    let applied = try await world.apply()
    #expect(applied.wire == ["+ a"])
    #expect(applied.requests[0].callID == first.requests[0].callID)
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-47 a changed dependency waits for the new master")
  func aChangedDependencyWaitsForTheNewMaster() async throws {
    let world = World([.named("m1"), .named("d", on: "m1")])
    _ = try await world.apply()
    world.accounts.append(.named("m2"))
    world.change("d") { $0.dependsOn = [Dependency(account: "m2")] }
    let applied = try await world.apply()
    #expect(applied.wire == ["+ m2", "+ d", "- d"])
    #expect(await world.contacts(world.accounts[1]) == ["sip:m2@192.0.2.10:5060"])
  }

  @Test("REC-47 a dependency that only orders does not remove the one binding there is")
  func anOrderingDependencyKeepsTheBinding() async throws {
    let world = World([.named("m1"), .named("m2"), .named("d", on: "m1", .own)])
    _ = try await world.apply()
    world.change("d") { $0.dependsOn = [Dependency(account: "m2", contact: .own)] }
    let applied = try await world.apply()
    #expect(applied.wire == ["+ d"])
    #expect(await world.contacts(world.accounts[2]).count == 1)
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-50 a disabled account is unregistered, and registers when it is enabled again")
  func aDisabledAccountIsUnregistered() async throws {
    let world = World([.named("a"), .named("b")])
    _ = try await world.apply()
    world.change("a") { $0.register = false }
    #expect(try await world.apply().wire == ["- a"])
    #expect(await world.ledger.rows(of: "a").map(\.phase) == [.cleared])
    #expect(try await world.apply().wire.isEmpty)
    world.change("a") { $0.register = true }
    #expect(try await world.apply().wire == ["+ a"])
  }

  @Test("REC-52 REC-54 dependents are unregistered before their master")
  func dependentsAreUnregisteredBeforeTheirMaster() async throws {
    let world = World([.named("m"), .named("d", on: "m"), .named("e", on: "d")])
    _ = try await world.apply()
    world.accounts = []
    let applied = try await world.apply(holding: ["d"]) { engine, _ in
      await engine.untilSent("d")
      #expect(await engine.requests.last?.account == "d")
      await engine.release("d")
    }
    #expect(applied.wire == ["- e", "- d", "- m"])
    #expect(await world.ledger.rows.isEmpty)
  }

  @Test("REC-53 a dependent that cannot be unregistered holds its master, and the run says so")
  func aDependentThatStaysHoldsItsMaster() async throws {
    let world = World([.named("m"), .named("d", on: "m")])
    _ = try await world.apply()
    let master = world.accounts[0]
    world.accounts = []
    await world.engine.answerRemovals(of: "d", with: .refuse(500, "Server Error"))
    let applied = try await world.apply()
    #expect(applied.wire == ["- d"])
    #expect(applied["m"]?.kind == .blocked)
    #expect(applied["m"]?.blockedBy == ["d"])
    #expect(await world.contacts(master).count == 1)
  }

  @Test("REC-53 REC-62 at the time limit a silent dependent still holds its master")
  func atTheTimeLimitTheMasterIsStillHeld() async throws {
    let world = World([.named("m"), .named("d", on: "m")])
    _ = try await world.apply()
    world.accounts = []
    let applied = try await world.apply(holding: ["d"], timeLimit: .seconds(10)) { engine, clock in
      await engine.untilSent("d")
      clock.advance(by: .seconds(10))
    }
    #expect(applied["d"]?.kind == .failed)
    #expect(applied["m"]?.kind == .notStarted)
    #expect(applied["m"]?.blockedBy == ["d"])
  }

  @Test("REC-63 a REGISTER without an answer is sent again under its Call-ID with a higher CSeq")
  func anUnansweredRegisterIsSentAgain() async throws {
    let world = World([.named("a")])
    world.asks = false
    await world.engine.answer("a", with: .loseAnswer)
    let first = try await world.apply()
    #expect(first["a"]?.kind == .failed)
    let second = try await world.apply()
    #expect(second.wire == ["+ a"])
    #expect(second.requests[0].callID == first.requests[0].callID)
    #expect(second.requests[0].cseq > first.requests[0].cseq)
    #expect(await world.contacts(world.accounts[0]).count == 1)
  }

  @Test("REC-63 REC-64 what a registrar confirmed is not lost when a run is cut off")
  func aRunThatIsCutOffConverges() async throws {
    let world = World([.named("a"), .named("b", on: "a")])
    let applied = try await world.apply(holding: ["a"], timeLimit: .seconds(1)) { engine, clock in
      await engine.untilSent("a")
      clock.advance(by: .seconds(1))
    }
    #expect(applied["a"]?.kind == .failed)
    #expect(applied["b"]?.kind == .notStarted)
    #expect(await world.ledger.rows(of: "a").map(\.phase) == [.pending])
    #expect(try await world.apply().wire == ["+ a", "+ b"])
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-67 TRAP-21 without state nothing is unregistered, and the same contacts register again")
  func withoutStateNothingIsUnregistered() async throws {
    let world = World([.named("a")])
    _ = try await world.apply()
    for row in await world.ledger.rows.keys { try await world.ledger.write([.drop(callID: row)]) }
    let applied = try await world.apply()
    #expect(applied.wire == ["+ a"])
    #expect(await world.contacts(world.accounts[0]).count == 1)
  }

  @Test("REC-70 a registrar that lost its bindings gets them again, masters first")
  func lostBindingsAreRepaired() async throws {
    let world = World([.named("m"), .named("d", on: "m")])
    _ = try await world.apply()
    for account in world.accounts { await world.engine.setBindings([], of: account) }
    let applied = try await world.apply()
    #expect(applied.plan.changes.map(\.action) == [.repair, .repair])
    #expect(applied.wire == ["+ m", "+ d"])
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-71 an exclusive account removes a foreign binding one by one")
  func anExclusiveAccountRemovesForeignBindings() async throws {
    let world = World([.named("a") { $0.exclusive = true }])
    _ = try await world.apply()
    let ours = await world.engine.bindings(of: world.accounts[0])
    await world.engine.setBindings(ours + [Binding(contact: "sip:a@198.51.100.7")], of: world.accounts[0])
    let applied = try await world.apply()
    #expect(applied.requests.map(\.contact) == ["sip:a@198.51.100.7"])
    #expect(await world.contacts(world.accounts[0]) == ["sip:a@192.0.2.10:5060"])
    #expect(await world.plan().isEmpty)
  }

  @Test("REC-76 a plan sends no request with a Contact")
  func aPlanSendsNoContact() async throws {
    let world = World([.named("a"), .named("b")])
    _ = await world.plan()
    #expect(await world.engine.requests.allSatisfy { $0.kind == .query && $0.contact == nil })
    #expect(await world.ledger.writes.isEmpty)
  }

  @Test func theLedgerKnowsOfARegistrationBeforeItIsSent() async throws {
    let world = World([.named("a")])
    let ledger = world.ledger
    _ = try await world.apply(holding: ["a"]) { engine, _ in
      await engine.untilSent("a")
      let rows = await ledger.rows(of: "a")
      #expect(rows.map(\.phase) == [.pending])
      #expect(rows.map(\.cseqReserved) == [64])
      await engine.release("a")
    }
  }

  @Test("REC-63 the contact that the engine chose is in the ledger before the answer")
  func theContactIsKnownBeforeTheAnswer() async throws {
    let world = World([.named("a")])
    let ledger = world.ledger
    _ = try await world.apply(holding: ["a"]) { engine, _ in
      await engine.untilSent("a")
      while await ledger.rows(of: "a").first?.contact == nil { await Task.yield() }
      let rows = await ledger.rows(of: "a")
      #expect(rows.map(\.contact) == ["sip:a@192.0.2.10:5060"])
      #expect(rows.map(\.phase) == [.pending])
      await engine.release("a")
    }
    #expect(await ledger.rows(of: "a").map(\.phase) == [.bound])
  }

  @Test func manyAccountsNeedFewCalls() async throws {
    let world = World((0..<12_000).map { Account.named("a\($0)") })
    world.asks = false
    let engine = world.engine
    let applied = try await world.apply()
    #expect(applied.report.outcomes.count == 12_000)
    // 256 at first, so that registrars are busy soon; then four times as many, up to 5000.
    #expect(await engine.calls.count == 5)
    #expect(await world.ledger.writes.count < 20)
  }

  @Test func aRefusedPlanDoesNothing() async throws {
    let world = World([.named("a")])
    _ = try await world.apply()
    world.accounts = []
    world.options = PlanOptions()
    let applied = try await world.apply()
    #expect(applied.wire.isEmpty)
    #expect(applied.report.outcomes.map(\.kind) == [.notStarted])
  }
}
