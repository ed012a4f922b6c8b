import Reconcile
import SIP
import Testing

@Suite struct PlanDigestTests {
  let now = Timestamp(milliseconds: 1_800_000_000_000)

  func digest(
    _ accounts: [Account],
    owned: [OwnedRegistration] = [],
    at time: Timestamp? = nil,
    line: Int = 1
  ) -> String {
    let desired = DesiredState(
      owner: "office",
      accounts: accounts.map { DesiredAccount($0, at: SourceLocation(file: "f", line: line, column: 1)) }
    )
    return Planner().plan(desired: desired, observed: ObservedState(owned: owned, at: time ?? now)).digest
  }

  @Test func theDigestIsTheSameInEveryRun() {
    #expect(
      digest([.named("a"), .named("b")])
        == digest([.named("b"), .named("a")], line: 9)
    )
    #expect(digest([.named("a")]).count == 64)
  }

  @Test func whatIsRegisteredIsInTheDigest() {
    #expect(digest([.named("a")]) != digest([.named("b")]))
    #expect(digest([.named("a")]) != digest([.named("a") { $0.expires = 60 }]))
  }

  @Test func timeThatPassesIsNotInTheDigest() {
    let a = Account.named("a")
    var row = OwnedRegistration(callID: "1", account: a, phase: .bound, updatedAt: now)
    row.contact = "sip:a@192.0.2.10"
    row.expiresAt = now + .seconds(3600)
    row.refreshAt = now + .seconds(60)
    let accounts = [a, .named("b")]
    #expect(
      digest(accounts, owned: [row]) == digest(accounts, owned: [row], at: now + .seconds(90)),
      "a refresh that became due is no other plan"
    )
  }
}
