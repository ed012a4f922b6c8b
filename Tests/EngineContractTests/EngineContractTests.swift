import Reconcile
import SIP
import Testing

/// What every engine must do, whatever it sends its messages with.
@Suite struct EngineContractTests {
  static func account(_ name: String, on master: AccountID? = nil) -> Account {
    let uri = SIPURI(user: name, host: .name("example.org"))
    var account = Account(id: AccountID(name), identity: NameAddress(uri: uri))
    if let master { account.dependsOn = [Dependency(account: master)] }
    return account
  }

  static func addition(_ account: Account) -> AccountAddition {
    let sequence = CallSequence(callID: "call-\(account.id)", lastCSeq: 0, ceiling: 64)
    return AccountAddition(account: account, sequence: sequence)
  }

  /// Adds accounts and waits until each is registered.
  func register(_ accounts: [Account], in fixture: any EngineFixture, _ listener: inout EventListener)
    async throws
  {
    try await fixture.engine.add(accounts.map(EngineContractTests.addition))
    var missing = Set(accounts.map(\.id))
    for id in accounts.map(\.id) where missing.contains(id) {
      await listener.next(id, .ok)
      missing.subtract(listener.seen.filter { $0.state == .ok }.map(\.account))
    }
  }

  static func moved(_ account: Account) -> ContactDeclaration {
    ContactDeclaration(uri: SIPURI(user: account.id.name, host: .name("new.example.com")))
  }

  func edit(_ id: AccountID, in engine: any RegistrationEngine, _ body: (inout Account) -> Void) async throws
  {
    var edit = try await engine.edit(id)
    body(&edit.account)
    try await engine.done(edit)
  }

  @Test("REC-01 REC-11 any number of dependents, in chains of any depth", arguments: EngineFactory.all)
  func dependentsWaitForTheirMasters(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      var accounts = [EngineContractTests.account("m")]
      for index in 0..<20 { accounts.append(EngineContractTests.account("d\(index)", on: "m")) }
      accounts += [EngineContractTests.account("e", on: "d0"), EngineContractTests.account("f", on: "e")]
      try await fixture.hold("m")
      try await fixture.engine.add(accounts.map(EngineContractTests.addition))
      try await fixture.untilReceived(1, of: "m")
      #expect(try await fixture.received() == ["m"])
      try await fixture.release("m")
      await listener.next("f", .ok)
      let order = try await fixture.received()
      #expect(Set(order) == Set(accounts.map(\.id)))
      #expect(order.count == accounts.count)
      let contact = try await fixture.contacts(of: accounts[0])
      for account in accounts { #expect(try await fixture.contacts(of: account) == contact) }
    }
  }

  @Test("REC-20 a master's refresh with the same contact sends nothing else", arguments: EngineFactory.all)
  func aRefreshSendsNothingForDependents(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      try await register(
        [EngineContractTests.account("m"), EngineContractTests.account("d", on: "m")],
        in: fixture,
        &listener
      )
      for _ in 0..<3 {
        try await fixture.engine.refresh(["m"])
        await listener.next("m", .ok)
      }
      #expect(try await fixture.received() == ["m", "d", "m", "m", "m"])
    }
  }

  @Test(
    "REC-23 a master's new contact re-registers its dependents, and nobody else",
    arguments: EngineFactory.all
  )
  func aNewContactReachesDependentsOnly(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      let accounts = [
        EngineContractTests.account("m"), EngineContractTests.account("d", on: "m"),
        EngineContractTests.account("e", on: "d"), EngineContractTests.account("x"),
      ]
      try await register(accounts, in: fixture, &listener)
      try await edit("m", in: fixture.engine) { $0.contact = EngineContractTests.moved($0) }
      await listener.next("e", .ok)
      #expect(try await fixture.received().dropFirst(4) == ["m", "d", "e"])
      for account in accounts.prefix(3) {
        #expect(try await fixture.contacts(of: account) == ["sip:m@new.example.com"])
      }
    }
  }

  @Test("REC-88 a disable while a REGISTER is in flight ends unregistered", arguments: EngineFactory.all)
  func aDisableInFlightEndsUnregistered(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      let account = EngineContractTests.account("a")
      try await fixture.hold("a")
      try await fixture.engine.add([EngineContractTests.addition(account)])
      try await fixture.untilReceived(1, of: "a")
      try await edit("a", in: fixture.engine) { $0.register = false }
      try await fixture.release("a")
      await listener.next("a", .cleared)
      #expect(try await fixture.contacts(of: account).isEmpty)
      #expect(try await fixture.received() == ["a", "a"])
    }
  }

  @Test("an edit of many fields is one REGISTER, and none before done", arguments: EngineFactory.all)
  func anEditIsOneRegister(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      try await register([EngineContractTests.account("a")], in: fixture, &listener)
      var edit = try await fixture.engine.edit("a")
      edit.account.identity.displayName = "Alice"
      edit.account.expires = 600
      edit.account.headers = [HeaderField("X-Site", "1")]
      edit.account.contact = EngineContractTests.moved(edit.account)
      #expect(try await fixture.received() == ["a"])
      try await fixture.engine.done(edit)
      await listener.next("a", .ok)
      #expect(try await fixture.received() == ["a", "a"])
    }
  }

  @Test("an edit of local fields sends nothing", arguments: EngineFactory.all)
  func anEditOfLocalFieldsSendsNothing(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      try await register([EngineContractTests.account("a")], in: fixture, &listener)
      try await edit("a", in: fixture.engine) {
        $0.retry = RetryPolicy(base: 5)
        $0.labels = ["site": "north"]
        $0.onRemove = .abandon
      }
      try await fixture.engine.refresh(["a"])
      await listener.next("a", .ok)
      #expect(try await fixture.received() == ["a", "a"])
    }
  }

  @Test(
    "identity and dependencies cannot be edited",
    arguments: EngineFactory.all,
    [AccountField.identity, .dependsOn]
  )
  func immutableFieldsCannotBeEdited(factory: EngineFactory, field: AccountField) async throws {
    try await factory.use { fixture, listener in
      try await register(
        [EngineContractTests.account("a"), EngineContractTests.account("b")],
        in: fixture,
        &listener
      )
      var edit = try await fixture.engine.edit("a")
      if field == .identity {
        edit.account.identity.uri.user = "other"
      } else {
        edit.account.dependsOn = [Dependency(account: "b")]
      }
      let changed = edit
      await #expect(throws: EngineError.immutable("a", field)) { try await fixture.engine.done(changed) }
    }
  }

  @Test("REC-52 a removal that fails can be repeated until it is confirmed", arguments: EngineFactory.all)
  func aRemovalCanBeRepeated(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      let account = EngineContractTests.account("a")
      try await register([account], in: fixture, &listener)
      let contact = try #require(try await fixture.contacts(of: account).first)
      try await fixture.engine.forget(["a"])
      let withdrawal = Withdrawal(
        account: account,
        credentials: [],
        sequence: CallSequence(callID: "call-a", lastCSeq: 64, ceiling: 128),
        contact: contact
      )
      let results = await fixture.engine.withdraw([withdrawal])
      #expect(results.map(\.failure) == [nil])
      #expect(results[0].cseq > 64)
      #expect(try await fixture.contacts(of: account).isEmpty)
      var again = withdrawal
      again.sequence = CallSequence(callID: "call-a", lastCSeq: 128, ceiling: 192)
      #expect(await fixture.engine.withdraw([again]).map(\.failure) == [nil])
    }
  }

  @Test(
    "after a failure the engine says when it goes on: nothing stops silently",
    arguments: EngineFactory.all,
    [503, 404, 480, 500] as [UInt16]
  )
  func nothingStopsSilently(factory: EngineFactory, code: UInt16) async throws {
    try await factory.use { fixture, listener in
      try await fixture.answer("a", with: [code])
      try await fixture.engine.add([EngineContractTests.addition(EngineContractTests.account("a"))])
      let event = try #require(await listener.next("a", .failed))
      #expect(event.code == code)
      #expect(event.failure == .refused)
      #expect(event.nextIn != nil)
    }
  }

  @Test("REC-21 a failed refresh of a valid binding ends ok, with the failure", arguments: EngineFactory.all)
  func aFailedRefreshEndsOK(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      try await fixture.answer("a", with: [nil, 503, nil])
      try await register([EngineContractTests.account("a")], in: fixture, &listener)
      try await fixture.engine.refresh(["a"])
      let event = try #require(await listener.next("a", .ok))
      #expect(event.code == 503)
      #expect(event.failure == .refused)
      try await fixture.engine.refresh(["a"])
      #expect(await listener.next("a", .ok)?.failure == nil)
      #expect(listener.states(of: "a") == [.progress, .ok, .refreshing, .ok, .refreshing, .ok])
    }
  }

  @Test("REC-69 an account that is bound already sends nothing by being added", arguments: EngineFactory.all)
  func aBoundAccountSendsNothing(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      var addition = EngineContractTests.addition(EngineContractTests.account("m"))
      addition.binding = ExistingBinding(
        contact: "sip:m@192.0.2.1:5060",
        expiresIn: .seconds(3600),
        refreshIn: .seconds(2800),
        granted: 3600
      )
      let dependent = EngineContractTests.account("d", on: "m")
      try await fixture.engine.add([addition, EngineContractTests.addition(dependent)])
      await listener.next("d", .ok)
      #expect(try await fixture.received() == ["d"])
      #expect(try await fixture.contacts(of: dependent) == ["sip:m@192.0.2.1:5060"])
    }
  }

  @Test(
    "a suspended account is sent nothing until it is resumed, and its dependents go on while it is bound",
    arguments: EngineFactory.all
  )
  func aSuspendedAccountWaits(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      let engine = fixture.engine
      try await register(
        [EngineContractTests.account("m"), EngineContractTests.account("d", on: "m")],
        in: fixture,
        &listener
      )
      try await engine.suspend(["m"])
      try await engine.refresh(["m"])
      try await engine.refresh(["d"])
      await listener.next("d", .ok)
      var late = EngineContractTests.addition(EngineContractTests.account("late"))
      late.isSuspended = true
      try await engine.add([late, EngineContractTests.addition(EngineContractTests.account("other"))])
      await listener.next("other", .ok)
      #expect(try await fixture.received() == ["m", "d", "d", "other"])
      try await engine.resume(["m", "late"])
      await listener.next("m", .ok)
      await listener.next("late", .ok)
      #expect(try await fixture.received().filter { $0 == "m" || $0 == "late" } == ["m", "m", "late"])
      await #expect(throws: EngineError.unknownAccount("z")) { try await engine.suspend(["z"]) }
    }
  }

  @Test(
    "a master that the engine does not have, and an account that it has, are refused",
    arguments: EngineFactory.all
  )
  func mistakesAreRefused(factory: EngineFactory) async throws {
    try await factory.use { fixture, _ in
      let engine = fixture.engine
      let orphan = EngineContractTests.addition(EngineContractTests.account("d", on: "m"))
      await #expect(throws: EngineError.unknownMaster("d", master: "m")) { try await engine.add([orphan]) }
      let account = EngineContractTests.addition(EngineContractTests.account("a"))
      try await engine.add([account])
      await #expect(throws: EngineError.duplicateAccount("a")) { try await engine.add([account]) }
      await #expect(throws: EngineError.unknownAccount("z")) { try await engine.refresh(["z"]) }
    }
  }

  @Test("an engine that was shut down refuses and ends its events", arguments: EngineFactory.all)
  func afterTheShutdownNothingIsTaken(factory: EngineFactory) async throws {
    try await factory.use { fixture, listener in
      let engine = fixture.engine
      let account = EngineContractTests.account("a")
      try await register([account], in: fixture, &listener)
      await engine.shutdown()
      await #expect(throws: EngineError.shutDown) { try await engine.refresh(["a"]) }
      await #expect(throws: EngineError.shutDown) { try await engine.edit("a") }
      await #expect(throws: EngineError.shutDown) { try await engine.forget(["a"]) }
      #expect(await listener.next("a", .cleared) == nil)
      await engine.shutdown()
    }
  }
}
