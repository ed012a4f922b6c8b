import Foundation
import TestSupport
import Testing

/// The resident agent as a process of its own, at a real registrar, with real signals.
@Suite(.serialized)
struct WatchInteropTests {
  @Test("REC-83 REC-93 TRAP-24 a watch follows its file: what changed is sent, and nothing else")
  func aWatchFollowsItsFile() async throws {
    try await watched { kamailio, rehearsal, watch, fleet in
      let before = try kamailio.requests().count
      fleet["chain-0"].contact = "sip:chain@192.0.2.77:5060"
      fleet["single1"].expires = "20m"
      fleet.remove("single2")
      try rehearsal.declare(fleet)
      let expected = fleet
      try await eventually("the registrar has what the file says") {
        let bindings = try await kamailio.bindings()
        return expected.differences(from: bindings, at: "main").isEmpty ? () : nil
      }
      let sent = try kamailio.requests().dropFirst(before).filter { $0.kind == .saved }
      let touched = Set((0..<5).map { "chain-\($0)" } + ["single1", "single2"])
      #expect(Set(sent.map(\.identity)) == Set(touched.map { "sip:\($0)@interop.example" }))
      #expect(sent.count == touched.count)
      try await stop(watch)
    }
  }

  @Test("REC-69 a watch that is stopped and started again sends nothing before a refresh is due")
  func aRestartSendsNothing() async throws {
    try await watched { kamailio, rehearsal, watch, fleet in
      try await stop(watch)
      let bindings = try await kamailio.bindings()
      #expect(fleet.differences(from: bindings, at: "main") == [])
      let before = try kamailio.requests().count
      let again = try rehearsal.startWatch(as: "again")
      fleet["single5"].expires = "20m"
      try await settled(again, changes: 0)
      try rehearsal.declare(fleet)
      try await eventually("the edit of one account") {
        try kamailio.requests().dropFirst(before).contains { $0.kind == .saved } ? () : nil
      }
      let sent = try kamailio.requests().dropFirst(before)
      #expect(Set(sent.map(\.identity)) == ["sip:single5@interop.example"])
      try await stop(again)
    }
  }

  @Test("REC-68 REC-69 a killed watch is taken over by the next, and nothing is sent twice")
  func aKilledWatchIsTakenOver() async throws {
    try await watched { kamailio, rehearsal, watch, fleet in
      try await watch.killAndWait()
      let before = try kamailio.requests().count
      let again = try rehearsal.startWatch(as: "again")
      try await settled(again, changes: 0)
      #expect(try kamailio.requests().dropFirst(before).allSatisfy { !$0.changesBindings })
      let handedOver = try await rehearsal.run("apply", [])
      #expect(handedOver.code == 0)
      #expect(handedOver.standardError.contains("process \(again.processID): it does the work"))
      let refused = try await rehearsal.run("apply", ["--trace", "trace.log"])
      #expect(refused.code == 5)
      #expect(refused.standardError.contains("\(again.processID)"))
      try await stop(again)
    }
  }

  @Test("REC-69 REC-93 how the last attempt ended is known after a restart, and after a crash")
  func theLastAnswerIsKept() async throws {
    try await watched { kamailio, rehearsal, watch, fleet in
      let names = Set(fleet.accounts.map(\.name))
      func expectLastAnswers(_ moment: String) async throws {
        let status = try await rehearsal.status()
        #expect(Set(status.keys) == names)
        #expect(status.values.allSatisfy { $0.lastCode == 200 && $0.lastReason == "OK" }, "\(moment)")
      }
      try await expectLastAnswers("at first")
      try await stop(watch)
      try await expectLastAnswers("stopped")
      let again = try rehearsal.startWatch(as: "again")
      try await settled(again, changes: 0)
      try await held(fleet, by: rehearsal)
      try await expectLastAnswers("started again")
      try await again.killAndWait()
      try await expectLastAnswers("killed")
      let third = try rehearsal.startWatch(as: "third")
      try await settled(third, changes: 0)
      try await held(fleet, by: rehearsal)
      try await expectLastAnswers("after the crash")
      try await stop(third)
      try await expectLastAnswers("at the end")
    }
  }

  @Test("REC-86 a secret file that turns wrong, and right again, is tried at once; no binding is lost")
  func aSecretFileIsFollowed() async throws {
    try await watched { kamailio, rehearsal, watch, fleet in
      // What depends on a refused master waits, as it is.
      let tried = fleet.accounts.filter { $0.dependsOn == nil }
      let identities = Set(tried.map { "sip:\($0.identity)" })
      try rehearsal.setPassword("wrong")
      try await eventually("a refusal for every account that is tried") {
        let status = try await rehearsal.status()
        return tried.allSatisfy { status[$0.name]?.lastCode == 401 } ? () : nil
      }
      #expect(fleet.differences(from: try await kamailio.bindings(), at: "main") == [])
      let before = try kamailio.requests().count
      try rehearsal.setPassword("secret")
      try await eventually("a success for each of them") {
        let saved = try kamailio.requests().dropFirst(before).filter { $0.kind == .saved }
        return identities.isSubset(of: saved.map(\.identity)) ? () : nil
      }
      #expect(fleet.differences(from: try await kamailio.bindings(), at: "main") == [])
      try await stop(watch)
    }
  }

  @Test("REC-80 REC-81 REC-82 TRAP-20 a broken, emptied or removed file changes nothing")
  func aBrokenFileChangesNothing() async throws {
    try await watched { kamailio, rehearsal, watch, fleet in
      let before = try kamailio.requests().count
      var complaints = 0
      for text in ["accounts: [", "", "# nothing\n"] {
        try rehearsal.folder.write(text, to: "accounts.yaml")
        watch.send(SIGHUP)
        let before = complaints
        complaints = try await eventually("a complaint about the file") { () -> Int? in
          let count = try diagnostics(of: watch)
          return count > before ? count : nil
        }
      }
      try FileManager.default.removeItem(atPath: rehearsal.folder.path("accounts.yaml"))
      watch.send(SIGHUP)
      fleet["single6"].expires = "20m"
      try rehearsal.declare(fleet)
      try await eventually("the edit of one account") {
        try kamailio.requests().dropFirst(before).contains { $0.kind == .saved } ? () : nil
      }
      let sent = try kamailio.requests().dropFirst(before).filter(\.changesBindings)
      #expect(Set(sent.map(\.identity)) == ["sip:single6@interop.example"])
      let bindings = try await kamailio.bindings()
      #expect(fleet.differences(from: bindings, at: "main") == [])
      try await stop(watch)
    }
  }

  @Test("REC-91 --unregister-on-exit removes every binding, dependents before their masters")
  func unregisterOnExitLeavesNothing() async throws {
    try await watched(["--unregister-on-exit"]) { kamailio, rehearsal, watch, fleet in
      try await stop(watch)
      let bindings = try await kamailio.bindings()
      #expect(bindings.isEmpty)
      let removed = try kamailio.requests().filter { $0.kind == .saved && $0.expires == 0 }.map(\.identity)
      let place = { (name: String) in removed.firstIndex(of: "sip:\(name)@interop.example") ?? -1 }
      #expect(place("chain-4") < place("chain-3") && place("chain-1") < place("chain-0"))
      #expect(place("fan-0") < place("fan"))
    }
  }

  // MARK: - Pieces

  /// Waits until a watch that was started anew says of every account that it is registered.
  private func held(_ fleet: DeclaredFleet, by rehearsal: Rehearsal) async throws {
    try await eventually("every account held") {
      let status = try await rehearsal.status()
      return status.count == fleet.accounts.count && status.values.allSatisfy { $0.state == "ok" } ? () : nil
    }
  }

  /// A registrar, and a watch that has registered a small fleet there.
  private func watched(
    _ options: [String] = [],
    _ body: (KamailioProcess, Rehearsal, ChildProcess, inout DeclaredFleet) async throws -> Void
  ) async throws {
    try await KamailioProcess.with(KamailioSettings()) { kamailio in
      try await TemporaryFolder.with { folder in
        let rehearsal = try Rehearsal(in: folder)
        var fleet = DeclaredFleet.small(port: kamailio.port)
        try rehearsal.declare(fleet)
        let watch = try rehearsal.startWatch(options)
        try await settled(watch, changes: fleet.accounts.count)
        let bindings = try await kamailio.bindings()
        #expect(fleet.differences(from: bindings, at: "main") == [])
        try await body(kamailio, rehearsal, watch, &fleet)
      }
    }
  }

  /// Waits until a watch has done this many changes; with none, until it has read its files.
  private func settled(_ watch: ChildProcess, changes: Int) async throws {
    try await eventually("\(changes) changes") { () -> Void? in
      if let end = try watch.endIfEnded() {
        throw SupportError.unexpected("watch ended (\(end)): \(try watch.standardError())")
      }
      let lines = try watch.standardOutput().split(separator: "\n")
      guard changes > 0 else { return lines.contains { $0.contains("\"type\":\"files\"") } ? () : nil }
      return lines.count { $0.contains("\"outcome\"") && $0.contains("\"done\"") } >= changes ? () : nil
    }
  }

  private func diagnostics(of watch: ChildProcess) throws -> Int {
    try watch.standardOutput().split(separator: "\n").count { $0.contains("\"diagnostic\"") }
  }

  private func stop(_ watch: ChildProcess) async throws {
    watch.send(SIGTERM)
    #expect(try await watch.end() == .exit(143))
  }
}
