import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// What a 2xx says beside the binding.
struct RegistrarNoticeTests {
  private typealias Network = SimulatedNetwork

  private static func accepted(_ request: Network.Request, _ rows: [String], expires: Int = 600)
    -> Network.Reply
  {
    .status(200, "OK", rows: ["Contact: <\(request.contactURI)>;expires=\(expires)"] + rows)
  }

  @Test("SRT-01 PTH-01 SRT-03 the latest Service-Route, Path and P-Associated-URI are kept in their order")
  func routes() throws {
    var rows = [
      "Service-Route: <sip:s1.example;lr>, <sip:s2.example;lr>", "Service-Route: <sip:s3.example;lr>",
      "Path: <sip:p1.example;lr>,<sip:p2.example;lr>", "P-Associated-URI: \"B, b\" <sip:b@192.0.2.1>",
    ]
    var network = Network { Self.accepted($0, rows) }
    try network.add([Network.account("a")])
    network.run(for: .seconds(1))
    let notice = try #require(network.last("a")?.notice)
    #expect(notice.serviceRoute == ["<sip:s1.example;lr>", "<sip:s2.example;lr>", "<sip:s3.example;lr>"])
    #expect(notice.path == ["<sip:p1.example;lr>", "<sip:p2.example;lr>"])
    #expect(notice.associatedURIs == ["\"B, b\" <sip:b@192.0.2.1>"])
    rows = []
    try network.refresh(["a"])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.notice.isEmpty == true)
  }

  @Test("SRT-01 the Service-Route goes with a refused refresh, and with the binding")
  func routesGo() throws {
    var reply: (Network.Request) -> Network.Reply = {
      Self.accepted($0, ["Service-Route: <sip:s1.example;lr>"])
    }
    var network = Network { reply($0) }
    try network.add([Network.account("a")])
    network.run(for: .seconds(1))
    reply = { _ in .status(403, "Forbidden") }
    try network.refresh(["a"])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.state == .ok)
    #expect(network.last("a")?.notice.isEmpty == true)

    reply = { Self.accepted($0, ["Service-Route: <sip:s1.example;lr>"]) }
    try network.refresh(["a"])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.notice.serviceRoute.count == 1)
    reply = { _ in .silence }
    network.run(for: .seconds(1000))
    #expect(network.last("a")?.notice.isEmpty == true)
  }

  private static func device() -> Account {
    var account = Network.account("a")
    account.push = PushParameters(provider: "apns", param: "TEAM.app", prid: "00fc")
    return account
  }

  @Test(
    "PSH-05 PSH-09 who wakes the device is told where the network says so, and its reference is not echoed"
  )
  func pushServices() throws {
    var caps = ["Feature-Caps: *;+sip.pns=\"apns\";+sip.pnspurr=\"7c2b\", *;+sip.PNS=fcm"]
    var network = Network { Self.accepted($0, caps) }
    try network.add([Self.device()])
    network.run(for: .seconds(1))
    let push = try #require(network.last("a")?.notice.push)
    #expect(push.providers == ["apns", "fcm"])
    #expect(push.reference == "7c2b")
    caps = []
    try network.refresh(["a"])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.notice.push.providers == [])
    #expect(network.requests.allSatisfy { !$0.text.contains("7c2b") && !$0.text.contains("purr") })
  }

  @Test(
    "PSH-06 with pnsreg a binding of 600 s is refreshed 121 s before its end at the latest",
    arguments: ["*;+sip.pns=\"apns\";+sip.pnsreg=\"121\"", "*;+sip.pnsreq=121"]
  )
  func refreshLead(_ caps: String) throws {
    for seed in 0..<50 {
      var network = Network { Self.accepted($0, ["Feature-Caps: \(caps)"]) }
      network.machine.random = RandomSource(seed: UInt64(seed))
      try network.add([Self.device()])
      network.run(for: .seconds(599))
      #expect(network.requests.count >= 2)
      #expect(network.requests[1].at - network.requests[0].at <= .seconds(479))
    }
    // One that asks for more than was granted is not followed into an endless loop.
    var network = Network { Self.accepted($0, ["Feature-Caps: *;+sip.pnsreg=\"9999\""]) }
    try network.add([Self.device()])
    network.run(for: .seconds(590))
    #expect(network.requests.count <= 3)
  }

  @Test("PSH-06 an engine that stays says with +sip.pnsreg that it refreshes by itself")
  func pnsreg() throws {
    for stays in [true, false] {
      var network = Network { .good($0) }
      network.machine.settings.stays = stays
      try network.add([Self.device(), Network.account("plain")])
      network.run(for: .seconds(1))
      #expect(network.requests(of: "a").first?.contact?.contains(">;+sip.pnsreg;expires=") == stays)
      #expect(network.requests(of: "plain").first?.contact?.contains("pnsreg") == false)
    }
  }

  @Test("PSH-08 COD-24 a 555 is a lasting failure, and is not tried again at once")
  func unknownPushService() throws {
    var network = Network { _ in .status(555, "Push Notification Service Not Supported") }
    try network.add([Self.device()])
    network.run(for: .seconds(120))
    #expect(network.requests.count == 1)
    #expect(network.state("a") == .failed)
    #expect(network.last("a")?.code == 555)
  }

  @Test("PTH-03 a 420 for path gets a REGISTER without it, and a 421 for it is a failure")
  func pathIsNotTaken() throws {
    var network = Network { request in
      request.row("Supported")?.contains("path") == true
        ? .status(420, "Bad Extension", rows: ["Unsupported: path"]) : .good(request)
    }
    try network.add([Network.account("a")])
    network.run(for: .seconds(5))
    #expect(network.requests.map { $0.row("Supported") } == ["path", nil])
    #expect(network.state("a") == .ok)

    var other = Network { _ in .status(421, "Extension Required", rows: ["Require: path"]) }
    try other.add([Network.account("a")])
    other.run(for: .seconds(120))
    #expect(other.state("a") == .failed)
    #expect(other.requests.count == 1)
  }
}
