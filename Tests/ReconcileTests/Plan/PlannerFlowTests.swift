import Reconcile
import SIP
import Testing

/// Several flows of one account: bindings with one contact that are told apart (RFC 5626, 6).
struct PlannerFlowTests: PlannerBench {
  private static let instance = "urn:uuid:00000000-0000-1000-8000-aabbccddeeff"
  private static let contact = "sip:alice@192.0.2.10:5060"

  private func flows(_ count: Int, _ change: (inout Account) -> Void = { _ in }) -> [Account] {
    var account = Account.named("alice") {
      $0.outbound.isEnabled = true
      $0.outbound.flows = (1...count).map { SIPURI(host: .name("edge\($0).example.org")) }
    }
    change(&account)
    return account.flows
  }

  private func rows(_ accounts: [Account]) -> [OwnedRegistration] {
    accounts.map { account in
      owned(account) {
        $0.contact = Self.contact
        $0.instanceID = Self.instance
      }
    }
  }

  /// What a registrar that applies outbound lists.
  private func listing(_ flows: [UInt32]) -> LiveState {
    .known(
      flows.map { Binding(contact: Self.contact, expires: 3000, instanceID: "<\(Self.instance)>", regID: $0) }
    )
  }

  private func listed(_ accounts: [Account], _ flows: [UInt32]) -> [AccountID: LiveState] {
    Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, listing(flows)) })
  }

  @Test("OUT-06 REG-40 flows with one contact are each found by the reg-id, and none is foreign")
  func flowsAreToldApart() {
    let two = flows(2)
    let plan = plan(two, owned: rows(two), live: listed(two, [1, 2]))
    #expect(plan.changes.isEmpty && plan.foreign.isEmpty)
    #expect(plan.unchanged == ["alice", "alice/2"])
  }

  @Test("OUT-06 a flow that the registrar lost is repaired, and the other one is left alone")
  func aLostFlowIsRepaired() {
    let two = flows(2)
    for (left, lost) in [(UInt32(1), AccountID("alice/2")), (2, "alice")] {
      let plan = plan(two, owned: rows(two), live: listed(two, [left]))
      #expect(plan.changes.map(\.account) == [lost] && plan.changes.map(\.action) == [.repair])
      #expect(plan.foreign.isEmpty)
    }
  }

  @Test("OUT-06 a flow that is added is registered alone; one that is taken away is unregistered alone")
  func addingAndRemoving() {
    let (one, two) = (flows(1), flows(2))
    let added = plan(two, owned: rows(one), live: listed(two, [1]))
    #expect(added.changes.map(\.account) == ["alice/2"] && added.changes[0].action == .register)
    let removed = plan(one, owned: rows(two), live: listed(one, [1, 2]))
    #expect(removed.changes.map(\.account) == ["alice/2"])
    #expect(removed.changes[0].steps == [.unregister(callID: "call-alice/2")])
    #expect(removed.changes[0].after.isEmpty && removed.foreign.isEmpty)
  }

  @Test("OUT-06 a new flow never adopts the binding of another, though its contact is the same")
  func aNewFlowAdoptsNothing() {
    let (one, two) = (flows(1), flows(2))
    let unknown = two.map { owned($0) { $0.contact = Self.contact } }
    for owned in [rows(one), [unknown[0]]] {
      let added = plan(two, owned: owned, live: listed(two, [1]))
      #expect(added.changes.first { $0.account == "alice/2" }?.action == .register)
    }
    let lost = flows(2) {
      $0.contact = ContactDeclaration(uri: SIPURI(user: "alice", host: Host("192.0.2.10")!, port: 5060))
    }
    #expect(plan(lost, live: listed(lost, [1])).changes.map(\.action) == [.adopt, .register])
    #expect(plan(lost, live: listed(lost, [1, 2])).changes.map(\.action) == [.adopt, .adopt])
  }

  @Test("OUT-06 an exclusive account removes what is not of its instance, and no flow of its own")
  func exclusiveFlows() {
    let two = flows(2) { $0.exclusive = true }
    let other = Binding(contact: "sip:alice@198.51.100.1", expires: 60)
    guard case .known(let ours) = listing([1, 2]) else { return }
    let live = Dictionary(uniqueKeysWithValues: two.map { ($0.id, LiveState.known(ours + [other])) })
    let steps = plan(two, owned: rows(two), live: live).changes.flatMap(\.steps)
    #expect(Set(steps) == [.removeForeign(contact: other.contact)])
  }

  @Test("OUT-06 --only and --exclude mean an account with all of its flows, declared or still owned")
  func selection() {
    let two = flows(2)
    let other = Account.named("bob")
    #expect(plan(two + [other]) { $0.only = ["alice"] }.changes.map(\.account) == ["alice", "alice/2"])
    #expect(plan(two + [other]) { $0.exclude = ["alice"] }.changes.map(\.account) == ["bob"])
    let left = plan(flows(1), owned: rows(two)) { $0.only = ["alice"] }
    #expect(left.changes.map(\.account) == ["alice/2"])
    #expect(plan(flows(1), owned: rows(two)) { $0.exclude = ["alice"] }.changes.isEmpty)
  }

  @Test("OUT-06 a flow that an engine is at work on holds up no plan for the others")
  func underway() {
    #expect(plan(flows(2)) { $0.underway = ["alice"] }.changes.map(\.account) == ["alice/2"])
  }

  @Test("OUT-06 an account that is renamed takes its flows along, without traffic")
  func renaming() {
    var declared = Account.named("alice")
    declared.id = "office"
    declared.movedFrom = "alice"
    declared.outbound.isEnabled = true
    declared.outbound.flows = (1...2).map { SIPURI(host: .name("edge\($0).example.org")) }
    let plan = plan(declared.flows, owned: rows(flows(2)))
    #expect(plan.changes.map(\.account) == ["office", "office/2"])
    #expect(plan.changes.allSatisfy { $0.action == .local })
  }

  @Test("OUT-06 rails count each flow once")
  func rails() {
    let two = flows(2)
    let rest = (0..<8).map { Account.named("x\($0)") }
    let plan = plan(rest, owned: rows(two) + rest.map { owned($0) })
    #expect(plan.changes.map(\.account) == ["alice", "alice/2"] && plan.refusals.isEmpty)
    #expect(self.plan([Account.named("y")], owned: rows(two)).refusals.map(\.rule) == ["max-unregister"])
  }
}
