import Foundation
import TestSupport
import Testing

/// Several flows of one account at a real registrar (RFC 5626).
@Suite(.serialized)
struct FlowInteropTests {
  private static let contact = "sip:one@192.0.2.3:5060"

  private func account(_ ports: [UInt16]) -> DeclaredAccount {
    var account = DeclaredAccount("one", contact: Self.contact)
    account.flowPorts = ports
    return account
  }

  @Test("OUT-05 OUT-06 a registrar keeps two flows apart; one is taken away, and comes back, alone")
  func twoFlowsOfOneAccount() async throws {
    var settings = KamailioSettings()
    settings.appliesOutbound = true
    settings.hasSecondPort = true
    try await KamailioProcess.with(settings) { kamailio in
      let second = try #require(kamailio.secondPort)
      try await TemporaryFolder.with { folder in
        func callIDs() async throws -> [String] {
          let bound = try await kamailio.bindings()["one@interop.example"] ?? []
          #expect(bound.allSatisfy { $0.contact == Self.contact })
          return bound.map(\.callID).sorted()
        }
        let rehearsal = try Rehearsal(in: folder)
        var fleet = DeclaredFleet(
          accounts: [account([kamailio.port, second])],
          registrars: ["main": "127.0.0.1:\(kamailio.port)"]
        )
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        let both = try await callIDs()
        #expect(Set(both).count == 2)
        let status = try await rehearsal.status()
        #expect(
          status["one"]?.flows == [
            .init(account: "one", registered: true), .init(account: "one/2", registered: true),
          ]
        )
        #expect(try await rehearsal.plan().actions == [:])

        fleet.accounts = [account([kamailio.port])]
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        #expect(try await callIDs() == [status["one"]?.callID])
        #expect(try await rehearsal.plan().actions == [:])

        fleet.accounts = [account([kamailio.port, second])]
        try rehearsal.declare(fleet)
        let again = try await rehearsal.plan()
        #expect(again.actions == ["one/2": "register"])
        try await rehearsal.apply()
        #expect(try await callIDs().count == 2)
        let removal = try await rehearsal.run("apply", ["--only", "one"])
        #expect(removal.code == 0)
      }
    }
  }

  @Test(
    "OUT-06 an edge that dies leaves the account reached through the other; a killed watch sends nothing anew"
  )
  func anEdgeDies() async throws {
    try await KamailioProcess.with { first in
      try await KamailioProcess.with { second in
        try await TemporaryFolder.with { folder in
          let rehearsal = try Rehearsal(in: folder)
          var one = account([first.port, second.port])
          one.expires = "60s"
          var fleet = DeclaredFleet(accounts: [one], registrars: ["main": "127.0.0.1:\(first.port)"])
          fleet.retryBase = 1
          try rehearsal.declare(fleet)
          var watch = try rehearsal.startWatch()
          try await flows(rehearsal, are: [true, true])
          try await watch.killAndWait()
          let before = try first.requests().count + second.requests().count
          watch = try rehearsal.startWatch(as: "again")
          try await flows(rehearsal, are: [true, true])
          #expect(try first.requests().count + second.requests().count == before)
          try await first.kill()
          // What is edited is tried at once, and the dead edge with it.
          fleet.accounts[0].expires = "90s"
          try rehearsal.declare(fleet)
          try await flows(rehearsal, are: [false, true])
          let bound = try await second.bindings()["one@interop.example"] ?? []
          #expect(bound.map(\.contact) == [Self.contact])
          watch.send(SIGTERM)
          _ = try await watch.end(within: .seconds(30))
        }
      }
    }
  }

  private func flows(_ rehearsal: Rehearsal, are expected: [Bool]) async throws {
    try await eventually("flows \(expected)") { try await rehearsal.flows() == expected ? () : nil }
  }
}
