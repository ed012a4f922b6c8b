import Reconcile
import SIP
import TestSupport
import Testing

/// The instance id of an account, which the state makes once (RFC 5626, 4.1).
struct InstanceIDTests {
  private static let account = Account.named("a") { $0.outbound.isEnabled = true }

  private static func ids(_ world: World) async -> Set<String?> {
    Set(await world.ledger.rows.values.map(\.instanceID))
  }

  @Test("OUT-01 an instance id is a random UUID, made once, and kept over restarts and another address")
  func idsAreKept() async throws {
    let world = World([Self.account])
    _ = try await world.apply()
    let made = await Self.ids(world)
    let id = try #require(made.first ?? nil)
    let groups = id.dropFirst("urn:uuid:".count).split(separator: "-", omittingEmptySubsequences: false)
    #expect(id.hasPrefix("urn:uuid:") && groups.map(\.count) == [8, 4, 4, 4, 12])
    #expect(groups[2].first == "4" && groups.joined().allSatisfy(\.isHexDigit))
    _ = try await world.apply()
    world.change("a") { $0.contact = ContactDeclaration(uri: SIPURI(user: "a", host: Host("192.0.2.77")!)) }
    let moved = try await world.apply()
    #expect(moved.requests.count == 1)
    #expect(await Self.ids(world) == made)
  }

  @Test("OUT-01 OUT-03 the id belongs to the state: without it, and in another one, it is another")
  func eachStateHasItsOwn() async throws {
    var all: Set<String?> = []
    for warmUps in 0..<3 {
      let world = World([])
      for _ in 0..<warmUps { _ = try await world.apply() }
      world.accounts = [Self.account]
      _ = try await world.apply()
      all.formUnion(await Self.ids(world))
    }
    #expect(all.count == 3 && !all.contains(nil))
  }

  @Test("OUT-01 a declared id is used as it is")
  func declaredIDs() async throws {
    let world = World([
      Account.named("a") { $0.outbound = OutboundSettings(isEnabled: true, instanceID: "urn:x:1") }
    ])
    _ = try await world.apply()
    #expect(await Self.ids(world) == ["urn:x:1"])
  }

  @Test("OUT-05 OUT-06 all flows of an account have one id, whichever is registered first")
  func flowsShareTheID() async throws {
    var account = Self.account
    account.outbound.flows = ["e1", "e2", "e3"].map { SIPURI(host: .name($0)) }
    let world = World([account.flows[0]])
    world.asks = false
    _ = try await world.apply()
    let made = await Self.ids(world)
    world.accounts = account.flows
    let added = try await world.apply()
    #expect(added.wire == ["+ a/2", "+ a/3"])
    #expect(await Self.ids(world) == made && made.count == 1)
    world.accounts = Array(account.flows.dropFirst())
    _ = try await world.apply()
    world.accounts = account.flows
    #expect(try await world.apply().wire == ["+ a"])
    #expect(await Self.ids(world) == made)
  }

  @Test("OUT-01 OUT-06 an account that turns to outbound has its id written before it is sent")
  func turningToOutbound() async throws {
    let world = World([Account.named("a")])
    world.asks = false
    _ = try await world.apply()
    #expect(await Self.ids(world) == [nil])
    world.accounts = [Self.account]
    let turned = try await world.apply()
    #expect(turned.wire == ["- a", "+ a"], "a registrar may tell the two apart")
    let made = await Self.ids(world)
    #expect(made.count == 1 && !made.contains(nil))
  }
}
