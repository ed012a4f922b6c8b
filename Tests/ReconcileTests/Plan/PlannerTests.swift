import EngineScripted
import Reconcile
import SIP
import Testing

@Suite struct PlannerTests: PlannerBench {
  @Test("REC-60 a bound account as declared is unchanged")
  func aBoundAccountAsDeclaredIsUnchanged() {
    let a = Account.named("a")
    let plan = plan([a], owned: [owned(a)], live: ["a": ours(a)])
    #expect(plan.isEmpty)
    #expect(plan.unchanged == ["a"])
  }

  @Test("REC-70 a binding that vanished is repaired, and only that")
  func aVanishedBindingIsRepaired() {
    let a = Account.named("a")
    let b = Account.named("b")
    let plan = plan([a, b], owned: [owned(a), owned(b)], live: ["a": .known([]), "b": ours(b)])
    #expect(plan.changes.map(\.action) == [.repair])
    #expect(plan.changes[0].cause.kind == .drift)
    #expect(plan.changes[0].steps == [.refresh])
  }

  @Test("REC-74 an unreadable registrar neither unregisters nor repairs, and others go on")
  func unknownNeitherUnregistersNorRepairs() {
    let a = Account.named("a")
    let gone = Account.named("gone")
    let new = Account.named("new")
    let unknown = LiveState.unknown("no answer")
    let plan = plan(
      [a, new],
      owned: [owned(a), owned(gone)],
      live: ["a": unknown, "gone": unknown, "new": unknown]
    )
    #expect(plan.changes.map(\.account) == ["new"])
    #expect(plan.changes[0].action == .register)
    #expect(plan.unknown.map(\.account) == ["a", "gone"])
  }

  @Test("REC-74 an expired binding is repaired although the registrar does not tell")
  func anExpiredBindingIsRepairedAlthoughUnknown() {
    let a = Account.named("a")
    let row = owned(a) { $0.expiresAt = now + .seconds(-1) }
    let plan = plan([a], owned: [row], live: ["a": .unknown("503")])
    #expect(plan.changes.map(\.action) == [.repair])
    #expect(plan.changes[0].cause.kind == .expired)
  }

  @Test("REG-65 a lifetime longer than granted is a clock that was set back: due, and over when granted")
  func timesAheadOfTheClockAreLimited() {
    let a = Account.named("a")
    let ahead = owned(a) {
      $0.expiresAt = now + .seconds(90_000)
      $0.refreshAt = now + .seconds(89_000)
    }
    #expect(plan([a], owned: [ahead]).changes.map(\.action) == [.refresh])
    #expect(plan([a], owned: [owned(a)]).isEmpty)
    let observed = ObservedState(owned: [ahead], at: now)
    #expect(observed.owned[0].expiresAt == now + .seconds(3600))
    #expect(observed.owned[0].refreshAt == now)
  }

  @Test("REC-71 a foreign binding is shown and left alone")
  func aForeignBindingIsShownAndLeftAlone() {
    let a = Account.named("a")
    let foreign = Binding(contact: "sip:a@198.51.100.7", expires: 90)
    let live = LiveState.known([Binding(contact: "sip:a@192.0.2.10:5060"), foreign])
    let plan = plan([a], owned: [owned(a)], live: ["a": live])
    #expect(plan.isEmpty)
    #expect(plan.foreign == [ForeignBinding(account: "a", binding: foreign)])
  }

  @Test("REC-71 a new account that is exclusive removes what others have bound in the same run")
  func aNewExclusiveAccount() {
    let a = Account.named("a") { $0.exclusive = true }
    let odd = ["*", "sip:b\u{FFFD}@198.51.100.7"].map { Binding(contact: $0) }
    let plan = plan([a], live: ["a": .known([Binding(contact: "sip:a@198.51.100.7")] + odd)])
    #expect(plan.changes.map(\.steps) == [[.register, .removeForeign(contact: "sip:a@198.51.100.7")]])
    #expect(plan.foreign.map(\.binding) == odd)
  }

  @Test("SEC-26 a binding that counts only with an answer of its own is not adopted")
  func untrustedBindingsAreNotAdopted() {
    let a = Account.named("a") {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "a", host: .name("pbx.example.org")))
      $0.credentials = [CredentialDeclaration(username: "a", secret: .environment("P"))]
    }
    let live = ["a": LiveState.known([Binding(contact: "sip:a@pbx.example.org")])] as [AccountID: LiveState]
    #expect(plan([a], live: live).changes.map(\.action) == [.adopt])
    let rejected = owned(a) {
      $0.phase = .pending
      $0.contact = "sip:a@pbx.example.org"
      $0.lastCode = 200
    }
    #expect(plan([a], owned: [rejected], live: live).changes.map(\.action) == [.register])
    var desired = DesiredState(owner: "office", accounts: [DesiredAccount(a)])
    desired.engine.challenges.isRequired = true
    let observed = ObservedState(owned: [], live: live, at: now)
    #expect(Planner().plan(desired: desired, observed: observed).changes.map(\.action) == [.register])
  }

  @Test("REC-71 an exclusive account removes foreign bindings by their own URI")
  func anExclusiveAccountRemovesForeignBindings() {
    let a = Account.named("a") { $0.exclusive = true }
    let live = LiveState.known([
      Binding(contact: "sip:a@192.0.2.10:5060"), Binding(contact: "sip:a@198.51.100.7"),
      Binding(contact: "tel:+1555"),
    ])
    let plan = plan([a], owned: [owned(a)], live: ["a": live])
    #expect(plan.changes.map(\.action) == [.repair])
    #expect(
      plan.changes[0].steps == [
        .removeForeign(contact: "sip:a@198.51.100.7"), .removeForeign(contact: "tel:+1555"),
      ]
    )
    #expect(plan.foreign == [], "they are not left alone")
  }

  @Test(
    "REC-71 an account that becomes exclusive and is edited at once loses its foreign bindings in the same plan"
  )
  func exclusiveWithAnEdit() {
    let before = Account.named("a")
    let a = Account.named("a") {
      $0.exclusive = true
      $0.expires = 60
    }
    let live = LiveState.known([
      Binding(contact: "sip:a@192.0.2.10:5060"), Binding(contact: "sip:a@198.51.100.7"),
    ])
    let desired = DesiredState(
      owner: "office",
      accounts: [DesiredAccount(a), DesiredAccount(.named("b") { $0.exclusive = true })]
    )
    let asked = Planner().questions(
      desired: desired,
      observed: ObservedState(owned: [owned(before)], at: now),
      mode: .whereItMatters
    )
    #expect(asked == ["a", "b"], "a new one may have bindings of others too")
    let plan = plan([a], owned: [owned(before)], live: ["a": live])
    #expect(plan.changes.map(\.steps) == [[.edit, .removeForeign(contact: "sip:a@198.51.100.7")]])
    #expect(plan.foreign == [])
  }

  @Test("REC-72 an old contact of our instance is removed")
  func anOldContactOfOurInstanceIsRemoved() {
    let a = Account.named("a") { $0.outbound.instanceID = "urn:uuid:0" }
    let live = LiveState.known([
      Binding(contact: "sip:a@192.0.2.10:5060", instanceID: "<urn:uuid:0>"),
      Binding(contact: "sip:a@192.0.2.9:5060", instanceID: "\"<urn:uuid:0>\""),
    ])
    let plan = plan([a], owned: [owned(a) { $0.instanceID = "urn:uuid:0" }], live: ["a": live])
    #expect(plan.changes.map(\.steps) == [[.removeForeign(contact: "sip:a@192.0.2.9:5060")]])
    #expect(plan.foreign.isEmpty)
  }

  @Test("REC-73 another preference at the registrar is corrected by one refresh")
  func anotherPreferenceIsCorrected() {
    let contact = SIPURI(user: "a", host: .name("pbx.example.com"))
    let a = Account.named("a") { $0.contact = ContactDeclaration(uri: contact, q: "0.5") }
    let row = owned(a) { $0.contact = contact.description }
    let live = LiveState.known([Binding(contact: contact.description, q: "0.3")])
    let plan = plan([a], owned: [row], live: ["a": live])
    #expect(plan.changes.map(\.action) == [.repair])
    #expect(plan.changes[0].fields == [FieldChange(path: "contact.q", before: "0.3", after: "0.5")])
    let same = LiveState.known([Binding(contact: contact.description, q: "0.500")])
    #expect(self.plan([a], owned: [row], live: ["a": same]).isEmpty)
  }

  @Test func ourContactInAnotherSpellingIsOurs() {
    let a = Account.named("a")
    let live = LiveState.known([Binding(contact: "sip:%61@192.0.2.10:5060;ob")])
    #expect(plan([a], owned: [owned(a)], live: ["a": live]).isEmpty)
  }

  @Test func aDeclaredContactThatIsBoundWithoutOurStateIsAdopted() {
    let contact = SIPURI(user: "a", host: .name("pbx.example.com"))
    let a = Account.named("a") { $0.contact = ContactDeclaration(uri: contact) }
    let plan = plan([a], live: ["a": .known([Binding(contact: "sip:a@pbx.example.com")])])
    #expect(plan.changes.map(\.action) == [.adopt])
    #expect(plan.changes[0].steps == [.record])
  }

  @Test("REC-42 a rotated secret is one edit, without its value")
  func aRotatedSecretIsOneEdit() {
    let a = Account.named("a") {
      $0.credentials = [CredentialDeclaration(username: "a", secret: .literal(Secret("new")))]
    }
    var stored = a
    stored.credentials[0].secret = .literal(nil)
    let row = owned(stored) { $0.secretFingerprint = "1" }
    #expect(plan([a], owned: [row], secrets: ["a": "1"]).isEmpty)
    let plan = plan([a], owned: [row], secrets: ["a": "2"])
    #expect(plan.changes.map(\.action) == [.edit])
    #expect(plan.changes[0].cause.kind == .secret)
    #expect(
      plan.changes[0].fields == [FieldChange(path: "auth", before: nil, after: nil, isSensitive: true)]
    )
  }

  @Test func aDueRefreshIsPlannedOnlyWhereNoAgentDoesIt() {
    let a = Account.named("a")
    let row = owned(a) { $0.refreshAt = now }
    #expect(plan([a], owned: [row]).changes.map(\.action) == [.refresh])
    #expect(plan([a], owned: [row]) { $0.keepsRunning = true }.isEmpty)
  }

  @Test func aRequestedRefreshIsPlanned() {
    let a = Account.named("a")
    let plan = plan([a], owned: [owned(a)]) { $0.requestedRefresh = ["a"] }
    #expect(plan.changes.map(\.cause.kind) == [.requested])
  }

  @Test func aSuspendedAccountIsLeftAloneAndThePlanSaysWhy() {
    let time = Timestamp(milliseconds: 0)
    let accounts = [
      Account.named("bound"), .named("changed") { $0.expires = 60 }, .named("new"), .named("d", on: "new"),
    ]
    let owned = [owned(.named("bound")), owned(.named("changed")), owned(.named("gone"))]
    let plan = plan(accounts, owned: owned) { options in
      for name in ["bound", "changed", "new", "gone"] as [AccountID] {
        options.suspended[name] = Suspension(account: name, since: time, reason: "carrier")
      }
    }
    #expect(plan.changes.isEmpty && plan.unchanged.isEmpty)
    #expect(plan.kept.map(\.account) == ["bound", "changed", "new", "d", "gone"])
    #expect(plan.kept.map(\.action) == [.refresh, .edit, .register, .register, .unregister])
    #expect(plan.kept[0].reason == "suspended: carrier")
    #expect(plan.kept[3].reason == "blocked: new is not registered, and suspended: carrier")
  }

  @Test func aSuspensionIsOfAllFlowsOfAnAccount() {
    let declared = Account.named("a") { $0.outbound.isEnabled = true }
    let flows = [declared, .named("a/2") { $0.outbound.flow = 2 }]
    let plan = plan(flows) { options in
      options.suspended["a"] = Suspension(account: "a", since: Timestamp(milliseconds: 0))
    }
    #expect(plan.changes.isEmpty && plan.kept.count == flows.count)
  }

  @Test func anotherAddressOfTheEngineIsAnEdit() {
    let a = Account.named("a")
    let plan = plan([a], owned: [owned(a)]) {
      $0.ownAddress = OwnAddress(hosts: [Host("192.0.2.99")!], port: 5070)
    }
    #expect(plan.changes.map(\.action) == [.edit])
    #expect(plan.changes[0].cause.kind == .address)
    #expect(plan.changes[0].fields.first?.after == "sip:a@192.0.2.99:5070")
    let same = OwnAddress(hosts: [Host("192.0.2.99")!, Host("192.0.2.10")!], port: 5060)
    #expect(self.plan([a], owned: [owned(a)]) { $0.ownAddress = same }.isEmpty)
  }

  @Test("TRN-15 a contact that was corrected behind a NAT is no difference, to this agent or to the next")
  func aLearnedContactIsNoDifference() {
    let a = Account.named("a")
    let row = owned(a) { $0.contact = "sip:a@203.0.113.9:40000" }
    let shared = Account.named("d", on: "a")
    let dependent = owned(shared) { $0.contact = "sip:a@203.0.113.9:40000" }
    let hosts = [Host("192.0.2.99")!]
    for learned: Set<Endpoint> in [[], [Endpoint(address: Host("203.0.113.9")!, port: 40_000)]] {
      let plan = plan([a, shared], owned: [row, dependent]) {
        $0.ownAddress = OwnAddress(hosts: hosts, port: 5070, learnsContacts: true, learned: learned)
      }
      #expect(plan.isEmpty)
    }
    let moved = plan([a, shared], owned: [row, dependent]) {
      $0.ownAddress = OwnAddress(hosts: hosts, port: 5070)
    }
    #expect(moved.changes.map(\.action) == [.edit, .follow])
  }

  @Test("REC-63 a registration that was sent and not confirmed is looked for, or sent again")
  func aPendingRegistrationIsLookedForOrSentAgain() {
    let a = Account.named("a")
    let row = owned(a) { $0.phase = .pending }
    let found = plan([a], owned: [row], live: ["a": ours(a)])
    #expect(found.changes.map(\.action) == [.adopt])
    let missing = plan([a], owned: [row], live: ["a": .known([])])
    #expect(missing.changes.map(\.action) == [.register])
    #expect(missing.changes[0].steps == [.register])
  }

  @Test(
    "REC-63 what is found of an account follows its master at once, and its dependents follow what was found"
  )
  func whatIsFoundFollows() {
    func contact(_ host: String) -> ContactDeclaration {
      ContactDeclaration(uri: SIPURI(user: "m", host: .name(host)))
    }
    let old = Account.named("m") { $0.contact = contact("one.example") }
    let d = Account.named("d", on: "m")
    let e = Account.named("e", on: "d")
    let bound = [owned(old), owned(d), owned(e)].map { row in
      var row = row
      row.contact = "sip:m@one.example"
      return row
    }
    var rows = bound
    rows[1].phase = .pending
    let at = { (host: String) in LiveState.known([Binding(contact: "sip:m@\(host)")]) }
    let live: [AccountID: LiveState] = [
      "m": at("one.example"), "d": at("one.example"), "e": at("one.example"),
    ]
    #expect(plan([old, d, e], owned: rows, live: live).changes.map(\.action) == [.adopt])
    let new = Account.named("m") { $0.contact = contact("two.example") }
    #expect(plan([new, d, e], owned: rows, live: live).changes.map(\.action) == [.edit, .register, .follow])

    // The answer to the REGISTER that followed the master was lost.
    rows = bound
    rows[0].account = new
    rows[0].contact = "sip:m@two.example"
    rows[1].phase = .pending
    rows[1].contact = "sip:m@two.example"
    let half: [AccountID: LiveState] = [
      "m": at("two.example"), "d": at("two.example"), "e": at("one.example"),
    ]
    #expect(plan([new, d, e], owned: rows, live: half).changes.map(\.action) == [.adopt, .follow])
  }

  @Test("REC-57 host and host:5060 are different registrars")
  func aWrittenPortIsAChange() {
    let a = Account.named("a")
    let port = Account.named("a") { $0.registrar.port = 5060 }
    let plan = plan([port], owned: [owned(a)])
    #expect(plan.changes.map(\.action) == [.move])
    #expect(
      plan.changes[0].fields == [
        FieldChange(path: "registrar", before: "sip:example.org", after: "sip:example.org:5060")
      ]
    )
  }

  @Test("REC-56 the same thing in another spelling is no change")
  func anotherSpellingIsNoChange() {
    let a = Account.named("a")
    let same = Account.named("a") { $0.identity.uri.user = "%61" }
    #expect(plan([same], owned: [owned(a)]).isEmpty)
  }

  @Test func aChangeNamesThePlaceOfTheFieldThatCausedIt() {
    let a = Account.named("a")
    var changed = DesiredAccount(
      .named("a") { $0.expires = 60 },
      at: SourceLocation(file: "f", line: 3, column: 3)
    )
    changed.fieldLocations = [.expires: SourceLocation(file: "f", line: 7, column: 5)]
    let desired = DesiredState(owner: "office", accounts: [changed])
    let plan = Planner().plan(desired: desired, observed: ObservedState(owned: [owned(a)], at: now))
    #expect(plan.changes[0].cause.at?.description == "f:7:5")
    #expect(plan.changes[0].fields == [FieldChange(path: "expires", before: "3600s", after: "60s")])
  }

  @Test("whoever depends on an account that stays waits for the change of that one's master")
  func waitingGoesOverAccountsThatStay() throws {
    let root = Account.named("root")
    let moved = Account.named("root") { $0.identity = Account.named("elsewhere").identity }
    var middle = Account.named("middle", on: "root")
    middle.dependsOn[0].contact = .own
    middle.contact = ContactDeclaration(uri: SIPURI(user: "middle", host: Host("192.0.2.2")!))
    let low = Account.named("low", on: "middle")
    let rows = [
      owned(root), owned(middle) { $0.contact = "sip:middle@192.0.2.2" },
      owned(low) { $0.contact = "sip:middle@192.0.2.2" }, owned(.named("a")),
    ]
    let plan = plan([moved, middle, low, .named("a", on: "low")], owned: rows)
    #expect(plan.changes.map(\.account) == ["root", "a"])
    #expect(plan.changes[1].after == ["root"])
    #expect(plan.changes.map(\.wave) == [1, 2])
  }

  @Test("a registrar is asked about an account with a new name too: its binding may be gone")
  func renamedAccountsAreAskedAbout() {
    let renamed = Account.named("new") {
      $0.identity = Account.named("old").identity
      $0.movedFrom = "old"
    }
    let desired = DesiredState(owner: "office", accounts: [DesiredAccount(renamed)])
    let observed = ObservedState(owned: [owned(.named("old"))], at: now)
    #expect(Planner().questions(desired: desired, observed: observed, mode: .whereItMatters) == ["new"])
    let follower = DesiredState(
      owner: "office",
      accounts: desired.accounts + [DesiredAccount(.named("d", on: "new"))]
    )
    let both = ObservedState(owned: [owned(.named("old")), owned(.named("d", on: "old"))], at: now)
    #expect(Planner().questions(desired: follower, observed: both, mode: .whereItMatters) == ["new", "d"])
    let other = DesiredState(owner: "office", accounts: desired.accounts + [DesiredAccount(.named("old"))])
    #expect(Planner().questions(desired: other, observed: observed, mode: .whereItMatters) == ["old"])
  }

  @Test func questionsAreAskedWhereTheAnswerMatters() {
    let bound = Account.named("bound")
    let old = Account.named("changed")
    let changed = Account.named("changed") { $0.expires = 60 }
    let pending = Account.named("pending")
    let rows = [owned(bound), owned(old), owned(pending) { $0.phase = .pending }, owned(.named("gone"))]
    let desired = DesiredState(
      owner: "office",
      accounts: [bound, changed, pending, .named("new")].map { DesiredAccount($0) }
    )
    let observed = ObservedState(owned: rows, at: now)
    let planner = Planner()
    #expect(
      planner.questions(desired: desired, observed: observed, mode: .all) == [
        "bound", "changed", "pending", "new",
      ]
    )
    #expect(
      planner.questions(desired: desired, observed: observed, mode: .whereItMatters) == ["bound", "pending"]
    )
  }
}
