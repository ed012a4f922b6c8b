import Agent
import Reconcile
import SIP

@testable import sipreconcile

/// A status with an account that is bound, one that is not, and one that waits for it.
enum SampleStatus {
  private static let now = JumpingClock().time

  static let document: StatusDocument = {
    var agent = AgentStatus(pid: 42, host: "pbx", startedAt: now)
    agent.stateFailure = "the disk is full"
    agent.refusals = ["3 of 4 owned accounts would be unregistered"]
    agent.restingServers = [
      RestingServerStatus(
        address: "192.0.2.9:5060",
        transport: "udp",
        cause: .failed,
        until: "2026-11-22T22:01:00Z"
      )
    ]
    var document = withoutAgent
    document.agent = agent
    document.accounts[0].publicAddress = "203.0.113.5:40000"
    document.accounts[0].bindings.append(
      AccountStatus.BindingStatus(contact: "sip:alice@198.51.100.9", expires: nil, ours: false)
    )
    return document
  }()

  static var withoutAgent: StatusDocument {
    let accounts = StatusBuilder(desired: desired, at: now).accounts(owned: [bound, failed])
    return StatusDocument(owner: "office", at: now, accounts: accounts)
  }

  private static var desired: DesiredState {
    var waiting = SamplePlan.account("desk")!
    waiting.dependsOn = [Dependency(account: "push")]
    return DesiredState(
      owner: "office",
      accounts: [DesiredAccount(bound.account), DesiredAccount(failed.account), DesiredAccount(waiting)]
    )
  }

  private static var bound: OwnedRegistration {
    var account = SamplePlan.account("home")!
    account.transport = .udp
    var row = OwnedRegistration(callID: "c1", account: account, phase: .bound, updatedAt: now)
    row.cseqReserved = 64
    row.contact = "sip:home@192.0.2.7"
    row.granted = 3600
    row.expiresAt = now + .seconds(3600)
    row.refreshAt = now + .seconds(2880)
    row.lastCode = 200
    row.lastReason = "OK"
    row.peer = "192.0.2.1:5060"
    return row
  }

  private static var failed: OwnedRegistration {
    var row = OwnedRegistration(
      callID: "c2",
      account: SamplePlan.account("push")!,
      phase: .pending,
      updatedAt: now
    )
    row.lastCode = 403
    row.lastReason = "For\u{1B}bidden"
    return row
  }
}
