import TestSupport
import Testing

/// Whose binding it is, and what is left behind, at a registrar that compares contacts letter by letter.
@Suite(.serialized)
struct BindingInteropTests {
  private static let plain = "sip:one@192.0.2.3:5060"

  @Test(
    "REC-26 an edit that only adds or takes away a parameter of the contact leaves one binding, and unregister none"
  )
  func aParameterLeavesOneBinding() async throws {
    try await applied { kamailio, rehearsal, fleet in
      let marked = "{ uri: \"\(Self.plain)\", uriParameters: { site: north } }"
      for (contact, bound) in [(marked, Self.plain + ";site=north"), (Self.plain, Self.plain)] {
        fleet["one"].contact = contact
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        #expect(try await contacts(kamailio) == [bound])
        let after = try await rehearsal.plan()
        #expect(after.actions == [:])
      }
      fleet["one"].contact = marked
      try rehearsal.declare(fleet)
      try await rehearsal.apply()
      fleet.remove("one")
      try rehearsal.declare(fleet)
      try await rehearsal.apply(["--allow-unregister", "1"])
      #expect(try await contacts(kamailio) == [])
    }
  }

  @Test("REC-51 an account that was renamed without a word keeps its binding")
  func aSilentRenameKeepsTheBinding() async throws {
    for name in ["another", "zero"] {
      try await applied { kamailio, rehearsal, fleet in
        fleet["one"].name = name
        try rehearsal.declare(fleet)
        let plan = try await rehearsal.plan()
        #expect(plan.actions == [name: "adopt", "one": "local"])
        try await rehearsal.apply()
        #expect(try await contacts(kamailio) == [Self.plain])
        let removals = try kamailio.requests().filter { $0.expires == 0 }
        #expect(removals == [])
        let after = try await rehearsal.plan()
        #expect(after.actions == [:])
      }
    }
  }

  @Test("REC-45 an account that moves to another name of the same registrar stays bound")
  func anotherNameOfTheRegistrar() async throws {
    try await applied { kamailio, rehearsal, fleet in
      fleet.registrars["main"] = "localhost:\(kamailio.port)"
      try rehearsal.declare(fleet)
      let plan = try await rehearsal.plan()
      #expect(Set(plan.actions.values) == ["move"])
      try await rehearsal.apply(["--timers", "t1=50ms"])
      #expect(try await contacts(kamailio) == [Self.plain])
      let after = try await rehearsal.run("plan", ["--exit-code", "--timers", "t1=50ms"])
      #expect(after.code == 0)
    }
  }

  @Test("REC-45 REC-51 an account that gets another name, and its registrar too, stays bound")
  func aRenameAndMoveAtOnce() async throws {
    try await applied { kamailio, rehearsal, fleet in
      fleet["one"].name = "another"
      fleet.registrars["door"] = "localhost:\(kamailio.port)"
      fleet["another"].registrar = "door"
      try rehearsal.declare(fleet)
      try await rehearsal.apply(["--timers", "t1=50ms"])
      #expect(try await contacts(kamailio) == [Self.plain])
      let after = try await rehearsal.run("plan", ["--exit-code", "--timers", "t1=50ms"])
      #expect(after.code == 0)
    }
  }

  @Test("REC-45 an account that moves to another port of the same host is unregistered at the old one")
  func anotherPortOfTheHost() async throws {
    try await KamailioProcess.with { other in
      try await applied { kamailio, rehearsal, fleet in
        fleet.registrars["main"] = "127.0.0.1:\(other.port)"
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        #expect(try await contacts(other) == [Self.plain])
        #expect(try await contacts(kamailio) == [])
        let after = try await rehearsal.plan()
        #expect(after.actions == [:])
      }
    }
  }

  @Test("REC-26 an edit that was refused, or heard too late, leaves no contact behind once another succeeds")
  func aFailedEditLeavesNothing() async throws {
    try await applied { kamailio, rehearsal, fleet in
      fleet["one"].contact = "sip:one@192.0.2.4:5060"
      try rehearsal.declare(fleet)
      try rehearsal.setPassword("wrong")
      #expect(try await rehearsal.run("apply", []).code == 6)
      #expect(try await contacts(kamailio) == [Self.plain])
      try rehearsal.setPassword("secret")
      fleet["one"].contact = "sip:one@192.0.2.5:5060"
      try rehearsal.declare(fleet)
      try await rehearsal.apply()
      #expect(try await contacts(kamailio) == ["sip:one@192.0.2.5:5060"])
    }
    var open = KamailioSettings()
    open.challenges = false
    try await applied(open) { kamailio, rehearsal, fleet in
      fleet["one"].contact = "sip:one@192.0.2.4:5060"
      try rehearsal.declare(fleet)
      kamailio.pause()
      // What it was sent meanwhile it does afterwards.
      let late = try await rehearsal.run("apply", ["--no-refresh", "--timers", "t1=10ms"])
      kamailio.goOn()
      #expect(late.code == 6)
      try await eventually("the late binding") { () -> Void? in
        try await contacts(kamailio) == ["sip:one@192.0.2.4:5060"] ? () : nil
      }
      fleet["one"].contact = Self.plain
      try rehearsal.declare(fleet)
      try await rehearsal.apply()
      #expect(try await contacts(kamailio) == [Self.plain])
      let after = try await rehearsal.plan()
      #expect(after.actions == [:])
    }
  }

  private func contacts(_ kamailio: KamailioProcess) async throws -> [String] {
    try await kamailio.bindings()["one@interop.example"]?.map(\.contact) ?? []
  }

  /// Lends a Kamailio with one account and its contact applied.
  private func applied(
    _ settings: KamailioSettings = KamailioSettings(),
    _ body: (KamailioProcess, Rehearsal, inout DeclaredFleet) async throws -> Void
  ) async throws {
    try await KamailioProcess.with(settings) { kamailio in
      try await TemporaryFolder.with { folder in
        let rehearsal = try Rehearsal(in: folder)
        var one = DeclaredAccount("one", contact: Self.plain)
        one.user = "one"
        let accounts = [one, DeclaredAccount("two", contact: "sip:two@192.0.2.3:5060")]
        var fleet = DeclaredFleet(accounts: accounts, registrars: ["main": "127.0.0.1:\(kamailio.port)"])
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        #expect(try await contacts(kamailio) == [Self.plain])
        try await body(kamailio, rehearsal, &fleet)
      }
    }
  }
}
