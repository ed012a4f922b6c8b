import EngineScripted
import Reconcile
import SIP
import Testing

/// What a plan says of masters and their dependents.
@Suite struct PlannerDependencyTests: PlannerBench {
  @Test("REC-23 a master's new contact is followed by those that share it, over any number of levels")
  func aMastersNewContactIsFollowed() {
    let old = Account.named("m")
    let new = Account.named("m") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name("pbx.example.com")))
    }
    let one = Account.named("one", on: "m")
    let two = Account.named("two", on: "one")
    let own = Account.named("own", on: "m", .own)
    let rows = [owned(old), owned(one), owned(two), owned(own)].map { row in
      var row = row
      if row.account.id != "own" { row.contact = "sip:m@192.0.2.10:5060" }
      return row
    }
    let plan = plan([new, one, two, own], owned: rows)
    #expect(plan.changes.map(\.account) == ["m", "one", "two"])
    #expect(plan.changes.map(\.action) == [.edit, .follow, .follow])
    #expect(plan.changes.map(\.wave) == [1, 2, 3])
    #expect(plan.changes[2].after == ["one"])
  }

  @Test func aGrantedGRUUIsFollowedOnlyWhenTheMasterMoves() {
    let m = Account.named("m")
    let d = Account.named("d", on: "m")
    let row = owned(d) { $0.contact = "sip:m@example.org;gr=urn:uuid:1" }
    #expect(plan([m, d], owned: [owned(m), row]).isEmpty)
  }

  @Test("REC-75 a vanished master is repaired, and its dependents only if theirs vanished too")
  func aVanishedMasterIsRepairedAlone() {
    let m = Account.named("m")
    let d = Account.named("d", on: "m")
    let row = owned(d) { $0.contact = "sip:m@192.0.2.10:5060" }
    let live: [AccountID: LiveState] = [
      "m": .known([]), "d": .known([Binding(contact: "sip:m@192.0.2.10:5060")]),
    ]
    let plan = plan([m, d], owned: [owned(m), row], live: live)
    #expect(plan.changes.map(\.account) == ["m"])
  }

  @Test("REC-35 a dependent of a disabled master is unregistered first, and then blocked")
  func aDependentOfADisabledMasterIsUnregisteredFirst() {
    let m = Account.named("m") { $0.register = false }
    let d = Account.named("d", on: "m")
    let bound = owned(d) { $0.contact = "sip:m@192.0.2.10:5060" }
    let plan = plan([m, d], owned: [owned(.named("m")), bound]) { $0.allowUnregister = 2 }
    #expect(plan.changes.map(\.account) == ["d", "m"])
    #expect(plan.changes.map(\.wave) == [1, 2])
    #expect(plan.changes[1].after == ["d"])
    let blocked = self.plan([m, d])
    #expect(blocked.isEmpty)
    #expect(blocked.kept.map(\.reason) == ["blocked: m is not registered (register: false)"])
  }

  @Test("REC-22 a lost master withdraws those dependents that say so")
  func aLostMasterWithdrawsDependentsThatSaySo() {
    let m = Account.named("m")
    let keeps = Account.named("keeps", on: "m")
    var withdraws = Account.named("withdraws", on: "m")
    withdraws.onMasterLoss = .withdraw
    let lost = owned(m) {
      $0.phase = .cleared
      $0.lastCode = 403
    }
    let rows = [lost] + [keeps, withdraws].map { owned($0) { $0.contact = "sip:m@192.0.2.10:5060" } }
    let plan = plan([m, keeps, withdraws], owned: rows) { $0.allowUnregister = 1 }
    #expect(plan.changes.first { $0.account == "withdraws" }?.action == .unregister)
    #expect(plan.changes.first { $0.account == "m" }?.action == .register)
    #expect(plan.changes.first { $0.account == "keeps" }?.after == ["m"])
  }

  @Test func onlyBringsMastersAlong() {
    let accounts = [Account.named("m"), .named("d", on: "m"), .named("other")]
    let plan = plan(accounts) { $0.only = ["d"] }
    #expect(plan.changes.map(\.account) == ["m", "d"])
  }

  @Test func anExcludedMasterThatIsNotBoundBlocksItsDependents() {
    let plan = plan([.named("m"), .named("d", on: "m")]) { $0.exclude = ["m"] }
    #expect(plan.isEmpty)
    #expect(plan.kept.map(\.account) == ["d"])
  }

  @Test("REC-04 waves follow the depth of the graph, and a diamond's bottom waits for both arms")
  func wavesFollowTheDepthOfTheGraph() {
    let bottom = Account.named("z") {
      $0.dependsOn = [Dependency(account: "l"), Dependency(account: "r", contact: .own)]
    }
    let plan = plan([bottom, .named("l", on: "top"), .named("r", on: "top"), .named("top")])
    #expect(plan.changes.map(\.account) == ["top", "l", "r", "z"])
    #expect(plan.changes.map(\.wave) == [1, 2, 2, 3])
    #expect(plan.changes[3].after == ["l", "r"])
  }
}
