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

  @Test("the digest is that of a plan that asked, also where asking made no difference to what is declared")
  func whetherARegistrarWasAskedIsNotInTheDigest() {
    let a = Account.named("a") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "a", host: .name("pbx.example.com")))
    }
    var expired = OwnedRegistration(callID: "1", account: .named("b"), phase: .bound, updatedAt: now)
    expired.contact = "sip:b@192.0.2.10"
    expired.expiresAt = now + .seconds(-5)
    let desired = DesiredState(owner: "office", accounts: [a, .named("b")].map { DesiredAccount($0) })
    var observed = ObservedState(owned: [expired], at: now)
    let unasked = Planner().plan(desired: desired, observed: observed)
    observed.live["a"] = .known([Binding(contact: "sip:a@pbx.example.com", expires: 9)])
    observed.live["b"] = .known([Binding(contact: "sip:b@192.0.2.10", expires: 9)])
    let asked = Planner().plan(desired: desired, observed: observed)
    #expect(unasked.changes.map(\.action) == [.register, .repair])
    #expect(asked.changes.map(\.action) == [.adopt, .refresh])
    #expect(asked.digest == unasked.digest)
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
