import EngineScripted
import Reconcile
import SIP
import Testing

/// What becomes of registrations that no manifest declares as they are.
@Suite struct PlannerPruningTests: PlannerBench {
  @Test("REC-28 an account that left the manifest is unregistered alone")
  func anUndeclaredAccountIsUnregistered() {
    let a = Account.named("a")
    let b = Account.named("b")
    let plan = plan([a], owned: [owned(a), owned(b)]) { $0.allowUnregister = 1 }
    #expect(plan.changes.map(\.account) == ["b"])
    #expect(plan.changes[0].steps == [.unregister(callID: "call-b")])
    #expect(plan.refusals.isEmpty)
  }

  @Test func nothingIsPrunedWhereThatIsSaid() {
    let plan = plan([.named("a")], owned: [owned(.named("b"))]) { $0.prune = .never }
    #expect(plan.changes.map(\.account) == ["a"])
    #expect(plan.kept.map(\.account) == ["b"])
  }

  @Test func aProtectedAccountIsKept() {
    let a = Account.named("a") { $0.protect = true }
    let undeclared = plan([.named("b")], owned: [owned(a)])
    #expect(undeclared.kept.map(\.action) == [.unregister])
    let changed = Account.named("a") {
      $0.protect = true
      $0.identity.uri.user = "other"
    }
    let replaced = plan([changed], owned: [owned(a)])
    #expect(replaced.changes.isEmpty)
    #expect(replaced.kept.map(\.action) == [.replace])
  }

  @Test func anAbandonedAccountIsOnlyForgotten() {
    let a = Account.named("a") { $0.onRemove = .abandon }
    let plan = plan([.named("b")], owned: [owned(a)])
    #expect(plan.changes.first { $0.account == "a" }?.steps == [.forget(callID: "call-a")])
    #expect(plan.refusals.isEmpty)
  }

  @Test("REC-51 a renamed account sends nothing, and neither do its dependents")
  func aRenamedAccountSendsNothing() {
    let master = Account.named("former")
    let dependent = Account.named("d", on: "former")
    var renamed = master
    renamed.id = "present"
    renamed.movedFrom = "former"
    var moved = dependent
    moved.dependsOn = [Dependency(account: "present")]
    let shared = owned(dependent) { $0.contact = "sip:former@192.0.2.10:5060" }
    let plan = plan([renamed, moved], owned: [owned(master), shared])
    #expect(plan.changes.map(\.action) == [.local, .local])
    #expect(plan.changes.allSatisfy { $0.steps == [.record] })
  }

  @Test("REC-41 a tombstone is retried until the binding expires, and then forgotten")
  func aTombstoneIsRetriedUntilItExpires() {
    let a = Account.named("a")
    let tombstone = owned(a) { $0.phase = .tombstone }
    #expect(plan([.named("b")], owned: [tombstone]).changes.first?.cause.kind == .orphan)
    let expired = owned(a) {
      $0.phase = .tombstone
      $0.expiresAt = now
    }
    let plan = plan([.named("b")], owned: [expired])
    #expect(plan.changes.first?.steps == [.forget(callID: "call-a")])
    #expect(plan.changes.first?.action == .local)
  }
}
