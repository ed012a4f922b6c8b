import Foundation
import TestSupport
import Testing

/// Whole applies of the built program, compared with what a real registrar then has.
@Suite(.serialized)
struct ApplyInteropTests {
  @Test("200 accounts with chains and fan-out are registered as declared, and a second apply changes nothing")
  func twoHundredAccountsAreRegisteredAsDeclared() async throws {
    try await rehearse { kamailio, rehearsal in
      let fleet = DeclaredFleet.large(port: kamailio.port)
      try rehearsal.declare(fleet)
      let plan = try await rehearsal.plan()
      #expect(plan.changes.count == 200)
      #expect(plan.changes.allSatisfy { $0.action == "register" })
      let planned = try kamailio.requests()
      #expect(planned.allSatisfy { !$0.changesBindings })

      try await rehearsal.apply()
      let bindings = try await kamailio.bindings()
      #expect(bindings.count == 200)
      #expect(fleet.differences(from: bindings, at: "main") == [])
      try expectMastersFirst(fleet, kamailio)

      let before = try kamailio.requests().count
      try await rehearsal.apply()
      let later = try kamailio.requests().dropFirst(before)
      #expect(later.allSatisfy { !$0.changesBindings })
      let untouched = try await kamailio.bindings()
      #expect(fleet.differences(from: untouched, at: "main") == [])
      let after = try await rehearsal.plan()
      #expect(after.actions == [:])
    }
  }

  @Test("An apply that was killed in the middle is finished by the next: nothing lost, nothing doubled")
  func aKilledApplyIsFinishedByTheNext() async throws {
    try await rehearse { kamailio, rehearsal in
      var fleet = DeclaredFleet.large(port: kamailio.port)
      fleet.maxRate = 20
      try rehearsal.declare(fleet)
      let apply = try rehearsal.startApply()
      try await eventually("sixty registrations") { () -> Void? in
        if let end = try apply.endIfEnded() {
          throw SupportError.unexpected("apply ended (\(end)): \(try apply.standardError())")
        }
        return try kamailio.requests().count { $0.kind == .saved } >= 60 ? () : nil
      }
      try await apply.killAndWait()
      let first = try kamailio.requests()
      let bound = try await kamailio.bindings()
      #expect((60..<200).contains(bound.count))

      fleet.maxRate = nil
      try rehearsal.declare(fleet)
      try await rehearsal.apply()
      let bindings = try await kamailio.bindings()
      #expect(bindings.count == 200)
      #expect(fleet.differences(from: bindings, at: "main") == [])
      // No CSeq was used again: the registrar would have refused it, or taken it for a copy.
      let used = Set(first.map { "\($0.callID) \($0.cseq)" })
      let again = try kamailio.requests().dropFirst(first.count).filter {
        used.contains("\($0.callID) \($0.cseq)")
      }
      #expect(again == [])
      let after = try await rehearsal.plan()
      #expect(after.actions == [:])
    }
  }

  @Test(
    "A wrong password fails every account that needs it, blocks the rest, and is put right by the next apply"
  )
  func aWrongPasswordIsPutRight() async throws {
    try await rehearse { kamailio, rehearsal in
      let fleet = DeclaredFleet.small(port: kamailio.port)
      try rehearsal.declare(fleet)
      try rehearsal.setPassword("not-the-s3cret")
      let run = try await rehearsal.run("apply", [])
      #expect(run.code == 6)
      let bindings = try await kamailio.bindings()
      #expect(bindings.isEmpty)
      let report = try JSONDecoder().decode(ReportDocument.self, from: Data(run.standardOutput.utf8))
      let outcomes = Dictionary(grouping: report.outcomes, by: \.outcome).mapValues(\.count)
      #expect(outcomes == ["failed": 12, "blocked": 8])
      #expect(!run.standardOutput.contains("s3cret"))
      #expect(!run.standardError.contains("s3cret"))
      // Each account that is not blocked sent its wrong answer once.
      let attempts = try kamailio.requests().filter { $0.hasAuthorization && $0.changesBindings }
      #expect(attempts.count == 12)

      try rehearsal.setPassword("secret")
      try await rehearsal.apply()
      let right = try await kamailio.bindings()
      #expect(fleet.differences(from: right, at: "main") == [])
    }
  }

  /// A dependent's first REGISTER with a contact came after its master's was accepted.
  private func expectMastersFirst(_ fleet: DeclaredFleet, _ kamailio: KamailioProcess) throws {
    let requests = try kamailio.requests()
    var accepted: [String: Int] = [:]
    var sent: [String: Int] = [:]
    for (index, request) in requests.enumerated() where request.changesBindings {
      switch request.kind {
      case .saved: accepted[request.identity] = accepted[request.identity] ?? index
      case .received: sent[request.identity] = sent[request.identity] ?? index
      }
    }
    let early = fleet.accounts.filter { account in
      guard let master = account.dependsOn.map({ fleet[$0] }) else { return false }
      guard let begin = sent["sip:\(account.identity)"], let end = accepted["sip:\(master.identity)"] else {
        return true
      }
      return begin < end
    }
    #expect(early.map(\.name) == [])
  }

  private func rehearse(_ body: (KamailioProcess, Rehearsal) async throws -> Void) async throws {
    try await KamailioProcess.with { kamailio in
      try await TemporaryFolder.with { folder in
        try await body(kamailio, Rehearsal(in: folder))
      }
    }
  }
}
