import Manifests
import Reconcile
import SIP
import Testing

/// Several flows of one account, as a manifest declares them (RFC 5626, 4.2.1).
struct AccountFlowsTests {
  private func load(_ outbound: String, _ keys: String = "", beside: String = "") -> LoadResult {
    ManifestsTests.load(
      """
      accounts:
        alice: { identity: sip:alice@example.org, outbound: { \(outbound) }\(keys) }
      \(beside)
      """
    )
  }

  private static let two = "flows: [ 'sip:edge1.example.org;lr', edge2.example.org ]"

  @Test(
    "OUT-06 OUT-05 each flow is an account with a first hop and a reg-id of its own, the first with the name"
  )
  func flowsAreExpanded() throws {
    let accounts = try #require(load(Self.two, ", movedFrom: bob").desired).accounts.map(\.account)
    #expect(accounts.map(\.id) == ["alice", "alice/2"])
    #expect(
      accounts.map { $0.outboundProxy.map(\.description) }
        == [["sip:edge1.example.org;lr"], ["sip:edge2.example.org;lr"]]
    )
    #expect(accounts.map(\.outbound.registrationID) == [1, 2])
    #expect(accounts.map(\.declaredID) == ["alice", "alice"])
    #expect(accounts.map(\.movedFrom) == ["bob", "bob/2"])
    #expect(accounts.allSatisfy { $0.outbound.flows.isEmpty && $0.outbound.isEnabled })
    #expect(accounts[0].isOtherFlow(than: accounts[1]))
  }

  @Test("OUT-06 the first of several flows is to the state what an account with that route alone is")
  func oneFlowIsARoute() throws {
    let one = try #require(load("flows: 'sip:edge1.example.org;lr'").desired)
    let two = try #require(load(Self.two).desired)
    let plain = try #require(load("enabled: true", ", outboundProxy: 'sip:edge1.example.org;lr'").desired)
    #expect(one.accounts.map(\.account) == plain.accounts.map(\.account))
    #expect(two.accounts[0].account == plain.accounts[0].account)
    let off = try #require(load(Self.two + ", enabled: false").desired)
    #expect(off.accounts.map(\.account.id) == ["alice"])
  }

  @Test("OUT-06 defaults may name the flows of a whole fleet; a registrar's route set gives way to them")
  func flowsOfAFleet() throws {
    let fleet = ManifestsTests.load(
      """
      registrars: { main: { uri: 'sip:example.org', outboundProxy: 'sip:old.example.org;lr' } }
      defaults: { registrar: main, outbound: { \(Self.two) } }
      accounts:
        a: { identity: sip:a@example.org }
        b: { identity: sip:b@example.org, outbound: true }
      """
    )
    let accounts = try #require(fleet.desired).accounts.map(\.account)
    #expect(accounts.map(\.id) == ["a", "a/2", "b"])
    #expect(accounts[0].outboundProxy.map(\.description) == ["sip:edge1.example.org;lr"])
    #expect(accounts[2].outboundProxy.map(\.description) == ["sip:old.example.org;lr"])
  }

  @Test(
    "OUT-06 what would make no second flow is an error",
    arguments: [
      ("flows: [ 'sip:e1;lr', 'sip:E1;lr' ]", "twice"), ("flows: []", "empty"),
      ("flows: [ a, b, c, d, e ]", "at most 4"), ("regID: 3, flows: [ a, b ]", "take `regID` out"),
      ("flows: [ 'sip:e1;lr?x=1' ]", "`flows` may not"),
    ]
  )
  func badFlows(outbound: String, words: String) throws {
    let found = load(outbound).diagnostics.filter { $0.severity == .error }
    #expect(found.count == 1 && found[0].message.contains(words), "\(found.map(\.message))")
  }

  @Test("OUT-06 a route set beside flows, and an account with the name of a flow, are errors")
  func collisions() {
    let route = load(Self.two, ", outboundProxy: 'sip:p.example.org;lr'").diagnostics
    #expect(route.map(\.rule) == ["outbound"])
    let name = load(Self.two, beside: "  alice/2: { identity: sip:other@example.org }").diagnostics
    #expect(name.map(\.message) == ["`alice/2` is the name of a flow of `alice`"])
    #expect(load("enabled: true", beside: "  alice/2: { identity: sip:o@example.org }").diagnostics.isEmpty)
  }
}
