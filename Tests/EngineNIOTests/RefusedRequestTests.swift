import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// What a refusal does that depends on more than its code.
struct RefusedRequestTests {
  private static func seconds(_ duration: Duration?) -> Int64 { duration?.components.seconds ?? -1 }

  /// An account whose REGISTERs are refused in this way, after a second.
  private static func refused(
    _ code: Int,
    _ rows: [String] = [],
    _ change: (inout Account) -> Void = { _ in }
  ) throws -> SimulatedNetwork {
    var network = SimulatedNetwork { _ in .status(code, "No", rows: rows) }
    var account = SimulatedNetwork.account("a")
    change(&account)
    try network.add([account])
    network.run(for: .seconds(1))
    return network
  }

  @Test(
    "UAC-31 UAC-33 UAC-34 COD-13 what is wrong with the request itself is not repeated for an hour",
    arguments: [413, 415, 416, 420, 421]
  )
  func wrongRequestsHold(code: Int) throws {
    let network = try Self.refused(code, code == 421 ? ["Require: sec-agree"] : [])
    #expect(network.requests.count == 1 && network.state("a") == .failed)
    #expect(Self.seconds(network.last("a")?.nextIn) >= 3598)
  }

  @Test("UAC-31 a 413 with Retry-After is waited for")
  func tooLargeForNow() throws {
    let network = try Self.refused(413, ["Retry-After: 120"])
    #expect((118...181).contains(Self.seconds(network.last("a")?.nextIn)))
  }

  @Test("UAC-33 what a 420 names is left out, once, then and later")
  func unsupportedOptionsAreLeftOut() throws {
    var network = SimulatedNetwork { request in
      guard request.row("Supported") == nil else {
        return .status(420, "Bad Extension", rows: ["Unsupported: x, Path"])
      }
      return .bound(60, request)
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2 && network.state("a") == .ok)
    #expect(network.requests.map { $0.row("Supported") } == ["path", nil])
    #expect(network.requests.map(\.cseq) == [1, 2] && Set(network.requests.map(\.callID)).count == 1)
    network.run(for: .seconds(60))
    #expect(network.requests.count > 2)
    #expect(network.requests.dropFirst().allSatisfy { $0.row("Supported") == nil })
  }

  @Test("UAC-33 a server that goes on refusing, or that we have nothing to leave out for, is no loop")
  func unsupportedWithoutEnd() throws {
    let again = try Self.refused(420, ["Unsupported: path"])
    #expect(again.requests.count == 2 && again.state("a") == .failed)
    #expect(Self.seconds(again.last("a")?.nextIn) >= 3598)
    #expect(try Self.refused(420, ["Unsupported: gruu"]).requests.count == 1)
    let required = try Self.refused(420, ["Unsupported: path"]) {
      $0.headers = [HeaderField("Require", "gruu, Path")]
    }
    #expect(required.requests.count == 1 && required.state("a") == .failed)
  }

  @Test("COD-16 OUT-15 a first hop without outbound is asked again without it")
  func outboundIsGivenUp() throws {
    var network = SimulatedNetwork { request in
      guard request.contact?.contains("reg-id") == true else { return .good(request) }
      return .status(439, "First Hop Lacks Outbound Support")
    }
    var account = SimulatedNetwork.account("a")
    account.outbound = OutboundSettings(isEnabled: true, instanceID: "urn:uuid:1")
    try network.add([account])
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2 && network.state("a") == .ok)
    #expect(network.requests.last?.row("Supported") == "path")
    #expect(network.requests.last?.contact?.contains("+sip.instance") == true)
    let plain = try Self.refused(439)
    #expect(plain.requests.count == 1 && plain.state("a") == .failed)
    let stubborn = try Self.refused(439) { $0.outbound = account.outbound }
    #expect(stubborn.requests.count == 2 && stubborn.state("a") == .failed)
  }

  @Test("OUT-20 a Retry-After lengthens the wait and never shortens it, but for a first 0")
  func waitsAreNotShortened() throws {
    #expect(Self.seconds(try Self.refused(503, ["Retry-After: 300"]).last("a")?.nextIn) >= 298)
    // Jittered from half of it: 16 failures in, the back-off is far above 5 s.
    var network = try Self.refused(503, ["Retry-After: 5"])
    network.run(for: .seconds(20_000))
    let times = network.requests.map(\.at)
    #expect(times.count < 60)
    #expect(times.suffix(5).count == 5)
    let pauses = zip(times, times.dropFirst()).map { Self.seconds($1 - $0) }
    #expect(pauses.dropFirst(8).allSatisfy { $0 > 60 })
  }

  @Test("OUT-20 a Retry-After of 0 is now, with the name looked up again, and no loop if it comes again")
  func zeroIsNowOnce() throws {
    var network = SimulatedNetwork { request in
      request.cseq == 1 ? .bound(600, request) : .status(503, "No", rows: ["Retry-After: 0"])
    }
    network.names = ["reg.example.org": [SimulatedNetwork.server]]
    try network.add([SimulatedNetwork.account("a", at: "reg.example.org")])
    network.run(for: .seconds(200))
    try network.refresh(["a"])
    network.run(for: .seconds(10))
    #expect(network.requests.count == 3)
    #expect(network.lookups == ["reg.example.org", "reg.example.org"])
    let times = network.requests.map(\.at)
    #expect(zip(times.dropFirst(), times.dropFirst(2)).allSatisfy { $1 - $0 < .seconds(2) })
    #expect(Self.seconds(network.last("a")?.nextIn) > 4)
  }

  @Test(
    "TLS-25 UAC-32 COD-17 a sips registration that is refused for its scheme stays sips",
    arguments: [
      (416, ""), (480, "Warning: 380 x \"SIPS Not Allowed\""), (480, "Warning: 381 x \"SIPS Required\""),
    ]
  )
  func schemesStay(code: Int, warning: String) throws {
    var network = SimulatedNetwork { _ in .status(code, "No", rows: warning.isEmpty ? [] : [warning]) }
    var settings = EngineMachine.Settings(userAgent: nil)
    // A rehearsal carries what would go over TLS.
    settings.onlyServer = Target.Server(SimulatedNetwork.server, .udp)
    network.machine = EngineMachine(settings: settings, random: RandomSource(seed: 1), at: network.now)
    let uri = try SIPURI(parsing: "sips:a@example.org")
    try network.add([Account(id: "a", identity: NameAddress(uri: uri))])
    network.run(for: .seconds(20_000))
    #expect(network.requests.count > 2)
    for request in network.requests {
      #expect(request.startLine == "REGISTER sips:example.org SIP/2.0")
      #expect(request.row("To") == "<sips:a@example.org>")
    }
  }
}
