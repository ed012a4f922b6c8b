import Reconcile
import SIP

/// What the suites of planner tests plan with: rows and live state at one literal time.
protocol PlannerBench {}

extension PlannerBench {
  var now: Timestamp { Timestamp(milliseconds: 1_800_000_000_000) }

  func owned(_ account: Account, _ body: (inout OwnedRegistration) -> Void = { _ in }) -> OwnedRegistration {
    var row = OwnedRegistration(
      callID: "call-\(account.id)",
      account: account,
      phase: .bound,
      updatedAt: now
    )
    row.contact = "sip:\(account.id)@192.0.2.10:5060"
    row.cseqReserved = 64
    row.granted = 3600
    row.expiresAt = now + .seconds(3600)
    row.refreshAt = now + .seconds(2800)
    body(&row)
    return row
  }

  func plan(
    _ accounts: [Account],
    owned: [OwnedRegistration] = [],
    live: [AccountID: LiveState] = [:],
    secrets: [AccountID: String] = [:],
    _ body: (inout PlanOptions) -> Void = { _ in }
  ) -> Plan {
    var options = PlanOptions()
    body(&options)
    let desired = DesiredState(owner: "office", accounts: accounts.map { DesiredAccount($0) })
    let observed = ObservedState(owned: owned, live: live, at: now)
    return Planner(options: options)
      .plan(desired: desired, observed: observed, secretFingerprints: secrets)
  }

  func ours(_ account: Account) -> LiveState {
    .known([Binding(contact: "sip:\(account.id)@192.0.2.10:5060", expires: 3000)])
  }
}
