import TestSupport
import Testing

/// Each kind of change: planned rightly, applied, and equal to what a real registrar then has.
@Suite(.serialized)
struct ChangeInteropTests {
  @Test("An edit of one account is planned for it alone, and sends one REGISTER with a contact")
  func anEditTouchesOneAccount() async throws {
    try await applied { kamailio, rehearsal, fleet in
      fleet["single3"].expires = "30m"
      try await expect(["single3": "edit"], of: fleet, rehearsal, kamailio)
      let changed = try kamailio.requests().filter { $0.kind == .saved && $0.changesBindings }.suffix(1)
      #expect(changed.map(\.identity) == ["sip:single3@interop.example"])
      #expect(changed.map(\.expires) == [1800])
    }
  }

  @Test("A changed contact of a master is followed by all that depend on it, however deep, and nobody else")
  func aChangedContactIsFollowed() async throws {
    try await applied { kamailio, rehearsal, fleet in
      fleet["chain-0"].contact = "sip:chain@192.0.2.77:5060"
      var actions = ["chain-0": "edit"]
      for link in 1..<5 { actions["chain-\(link)"] = "follow" }
      try await expect(actions, of: fleet, rehearsal, kamailio)
    }
  }

  @Test("A moved account is registered at the new registrar and unregistered at the old one")
  func aMovedAccountChangesRegistrars() async throws {
    // At another address: for one host, two ports may be two doors of one registrar.
    var elsewhere = KamailioSettings()
    elsewhere.address = "127.0.0.2"
    try await KamailioProcess.with(elsewhere) { other in
      try await applied { kamailio, rehearsal, fleet in
        fleet.registrars["other"] = "127.0.0.2:\(other.port)"
        fleet["single4"].registrar = "other"
        try await expect(["single4": "move"], of: fleet, rehearsal, kamailio)
        let there = try await other.bindings()
        #expect(fleet.differences(from: there, at: "other") == [])
      }
    }
  }

  @Test("Removed accounts are unregistered, a dependent before its master")
  func removedAccountsAreUnregistered() async throws {
    try await applied { kamailio, rehearsal, fleet in
      for name in ["chain-4", "chain-3", "single0"] { fleet.remove(name) }
      let actions = ["chain-4": "unregister", "chain-3": "unregister", "single0": "unregister"]
      try await expect(actions, of: fleet, rehearsal, kamailio)
      let removals = try kamailio.requests().filter { $0.kind == .saved && $0.expires == 0 }.map(\.identity)
      let dependent = try #require(removals.firstIndex(of: "sip:chain-4@interop.example"))
      let master = try #require(removals.firstIndex(of: "sip:chain-3@interop.example"))
      #expect(dependent < master)
    }
  }

  @Test("An account with register: false is unregistered, and registered again when that goes")
  func aDisabledAccountIsUnregistered() async throws {
    try await applied { kamailio, rehearsal, fleet in
      fleet["single7"].isRegistered = false
      try await expect(["single7": "unregister"], of: fleet, rehearsal, kamailio)
      fleet["single7"].isRegistered = true
      try await expect(["single7": "register"], of: fleet, rehearsal, kamailio)
    }
  }

  @Test("A renamed account sends nothing")
  func aRenamedAccountSendsNothing() async throws {
    try await applied { kamailio, rehearsal, fleet in
      fleet["single5"].movedFrom = "single5"
      fleet["single5"].name = "renamed"
      let before = try kamailio.requests().filter(\.changesBindings).count
      try await expect(["renamed": "local"], of: fleet, rehearsal, kamailio)
      let after = try kamailio.requests().filter(\.changesBindings).count
      #expect(after == before)
    }
  }

  @Test("A rotated password is an edit of all that use it, and unregisters nothing")
  func aRotatedPasswordIsAnEdit() async throws {
    try await applied { kamailio, rehearsal, fleet in
      try await kamailio.setPassword("rotated")
      try rehearsal.setPassword("rotated")
      let plan = try await rehearsal.plan()
      #expect(Set(plan.actions.keys) == Set(fleet.accounts.map(\.name)))
      #expect(Set(plan.actions.values) == ["edit"])
      #expect(plan.causes == ["secret"])
      let before = try kamailio.requests().count
      try await expect(plan.actions, of: fleet, rehearsal, kamailio)
      let later = try kamailio.requests().dropFirst(before)
      #expect(later.allSatisfy { $0.expires != 0 })
    }
  }

  @Test("After a registrar lost everything each account is repaired")
  func aRegistrarThatLostEverythingIsRepaired() async throws {
    try await applied { kamailio, rehearsal, fleet in
      try await kamailio.kill()
      try await kamailio.startAgain()
      let empty = try await kamailio.bindings()
      #expect(empty.isEmpty)
      let actions = Dictionary(uniqueKeysWithValues: fleet.accounts.map { ($0.name, "repair") })
      try await expect(actions, of: fleet, rehearsal, kamailio)
    }
  }

  @Test("A binding that vanished is drift, and is repaired alone")
  func aBindingThatVanishedIsRepaired() async throws {
    try await applied { kamailio, rehearsal, fleet in
      try await kamailio.removeBindings(of: fleet["single2"].identity)
      let plan = try await rehearsal.plan()
      #expect(plan.causes == ["drift"])
      try await expect(["single2": "repair"], of: fleet, rehearsal, kamailio)
    }
  }

  @Test("While the registrar is silent nothing is planned against it, and plan says that it cannot tell")
  func aSilentRegistrarIsUnknown() async throws {
    try await applied { kamailio, rehearsal, fleet in
      try await kamailio.kill()
      let run = try await rehearsal.run("plan", ["--exit-code", "--timers", "t1=5ms"])
      #expect(run.code == 7)
      try await kamailio.startAgain()
      let actions = Dictionary(uniqueKeysWithValues: fleet.accounts.map { ($0.name, "repair") })
      try await expect(actions, of: fleet, rehearsal, kamailio)
    }
  }

  /// Plans and applies a fleet; expects exactly these actions, the bindings that the fleet declares, and
  /// nothing left to do.
  private func expect(
    _ actions: [String: String],
    of fleet: DeclaredFleet,
    _ rehearsal: Rehearsal,
    _ kamailio: KamailioProcess,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try rehearsal.declare(fleet)
    let plan = try await rehearsal.plan(sourceLocation: sourceLocation)
    #expect(plan.actions == actions, sourceLocation: sourceLocation)
    try await rehearsal.apply(sourceLocation: sourceLocation)
    let bindings = try await kamailio.bindings()
    #expect(fleet.differences(from: bindings, at: "main") == [], sourceLocation: sourceLocation)
    let after = try await rehearsal.plan(sourceLocation: sourceLocation)
    #expect(after.actions == [:], sourceLocation: sourceLocation)
  }

  /// Lends a Kamailio with the small fleet applied.
  private func applied(
    _ body: (KamailioProcess, Rehearsal, inout DeclaredFleet) async throws -> Void
  ) async throws {
    try await KamailioProcess.with { kamailio in
      try await TemporaryFolder.with { folder in
        let rehearsal = try Rehearsal(in: folder)
        var fleet = DeclaredFleet.small(port: kamailio.port)
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        let bindings = try await kamailio.bindings()
        #expect(fleet.differences(from: bindings, at: "main") == [])
        try await body(kamailio, rehearsal, &fleet)
      }
    }
  }
}
