import Reconcile
import SIP
import Testing

@testable import Agent

/// Which flows of an account are up, in its status.
struct FlowJudgeTests {
  private static let now = Timestamp(milliseconds: 1_800_000_000_000)

  private static let flows: [Account] = {
    let uri = SIPURI(user: "alice", host: .name("example.org"))
    var account = Account(id: "alice", identity: NameAddress(uri: uri))
    account.outbound.isEnabled = true
    account.outbound.flows = ["e1", "e2"].map { SIPURI(host: .name($0)) }
    return account.flows
  }()

  private static func status(_ bound: [Bool]) -> [AccountStatus] {
    let rows = zip(flows, bound).map { account, isBound in
      var row = OwnedRegistration(
        callID: "c-\(account.id)",
        account: account,
        phase: isBound ? .bound : .pending,
        updatedAt: now
      )
      row.contact = "sip:alice@192.0.2.7"
      row.expiresAt = isBound ? now + .seconds(60) : nil
      return row
    }
    let desired = DesiredState(owner: "office", accounts: flows.map { DesiredAccount($0) })
    return StatusBuilder(desired: desired, at: now).accounts(owned: rows)
  }

  @Test("OUT-06 where only some flows are up, the account says so and through which it is reached")
  func someFlows() throws {
    for (bound, words) in [([false, true], "alice/2"), ([true, false], "alice")] {
      let status = Self.status(bound)
      #expect(status.map(\.account) == ["alice", "alice/2"] && status.map(\.flowOf) == [nil, "alice"])
      #expect(status[0].flows?.map(\.registered) == bound && status[1].flows == nil)
      let sentence = "1 of 2 flows registered: reached through \(words)"
      #expect(status[0].partialFlows == sentence)
      #expect(status.allSatisfy { $0[.ready]?.message.hasSuffix(sentence) == true })
    }
  }

  @Test("OUT-06 where all flows are up or none, their conditions say it")
  func allOrNone() {
    for bound in [[true, true], [false, false]] {
      let status = Self.status(bound)
      #expect(status[0].flows?.map(\.registered) == bound && status[0].partialFlows == nil)
      #expect(status.allSatisfy { $0[.ready]?.message.contains("flows") == false })
    }
  }
}
