import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct OverloadTests {
  private typealias Network = SimulatedNetwork

  /// A 200 with the request's contact, whose Via says something about the load.
  private static func loaded(_ request: Network.Request, _ load: String?, status: String = "200 OK")
    -> Network.Reply
  {
    var via = request.row("Via") ?? ""
    if let load { via = via.replacing(";oc;oc-algo=\"rate,loss\"", with: load) }
    var lines = ["SIP/2.0 \(status)", "Via: \(via)"]
    lines += ["From", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")" }
    lines.append("To: \(request.row("To") ?? "");tag=srv")
    if request.row("Expires") != "0", request.contact != nil, status.hasPrefix("200") {
      lines.append("Contact: <\(request.contactURI)>;expires=\(request.row("Expires") ?? "0")")
    }
    return .raw((lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n"))
  }

  private static func network(
    offers: Bool = true,
    reply: @escaping (Network.Request) -> Network.Reply
  ) -> Network {
    var network = Network(reply: reply)
    network.machine.settings.offersOverloadControl = offers
    return network
  }

  /// Names of accounts in the order of their numbers.
  private static func names(_ count: Int) -> [AccountID] { (0..<count).map { AccountID("a\(10_000 + $0)") } }

  private static func restricts(_ network: Network) -> Bool {
    network.warnings.contains { "\($0)".contains("is overloaded") }
  }

  @Test("LOD-11 each Via offers overload control where the settings say so, and never oc-validity or oc-seq")
  func theOffer() throws {
    for offers in [true, false] {
      var network = Self.network(offers: offers) { .good($0) }
      try network.add([Network.account("a")])
      network.run(for: .seconds(1))
      let via = try #require(network.requests.first?.row("Via"))
      #expect(via.contains(";rport;oc;oc-algo=\"rate,loss\";branch=") == offers)
      #expect(via.contains("oc") == offers)
      #expect(!via.contains("oc-validity") && !via.contains("oc-seq"))
      #expect(network.state("a") == .ok)
    }
  }

  @Test("LOD-11 with oc=50 for 10 s about half of 1000 due refreshes are deferred, and none is lost")
  func halfIsDeferred() throws {
    var asksForLess = false
    var network = Self.network { request in
      Self.loaded(request, asksForLess ? ";oc=50;oc-algo=\"loss\";oc-validity=10000;oc-seq=1.0" : "")
    }
    let names = Self.names(1000)
    try network.add((names + ["first"]).map { Network.account($0) })
    network.run(for: .seconds(60))
    #expect(names.allSatisfy { network.state($0) == .ok })
    asksForLess = true
    try network.refresh(["first"])
    network.run(for: .seconds(1))
    let before = network.requests.count
    try network.refresh(names)
    network.run(for: .seconds(8))
    #expect((400...600).contains(network.requests.count - before))
    #expect(Self.restricts(network))
    network.run(for: .seconds(20))
    #expect(network.requests.count - before == 1000)
    #expect(names.allSatisfy { network.state($0) == .ok })
  }

  @Test("LOD-11 oc-validity of 0 ends it at once, and an older oc-seq changes nothing")
  func theEnd() throws {
    let loads = [
      "all": (";oc=100;oc-algo=\"loss\";oc-validity=600000;oc-seq=5.0", Duration.milliseconds(1)),
      "older": (";oc=0;oc-validity=0;oc-seq=4.0", .seconds(3)),
      "newer": (";oc=0;oc-validity=0;oc-seq=6.0", .seconds(10)),
    ]
    var network = Self.network { request in
      let (load, delay) = loads[request.user] ?? ("", .zero)
      guard case .raw(let text, _) = Self.loaded(request, load) else { return .silence }
      return .raw(text, after: delay)
    }
    try network.add(["older", "newer", "all"].map { Network.account($0) })
    network.run(for: .seconds(1))
    try network.refresh(["all"])
    network.run(for: .seconds(8))
    #expect(network.state("older") == .ok)
    #expect(network.requests(of: "all").count == 1)
    network.run(for: .seconds(2))
    #expect(network.requests(of: "all").count == 2)
  }

  @Test("LOD-11 what is not offered, or comes from elsewhere, holds nothing back")
  func whatIsNotBelieved() throws {
    let load = ";oc=100;oc-algo=\"loss\";oc-validity=600000;oc-seq=1.0"
    var network = Self.network(offers: false) { request in
      let via = (request.row("Via") ?? "") + load
      guard case .raw(let text, _) = Self.loaded(request, nil) else { return .silence }
      return .raw(text.replacing(request.row("Via") ?? "-", with: via))
    }
    try network.add([Network.account("a")])
    network.run(for: .seconds(1))
    try network.refresh(["a"])
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2)
    #expect(!Self.restricts(network))
  }

  @Test("LOD-13 with a rate of 10 no second has more than 10 requests, and none is lost", arguments: [10, 3])
  func theRate(_ rate: Int) throws {
    var network = Self.network { request in
      Self.loaded(request, ";oc=\(rate);oc-algo=\"rate\";oc-validity=600000;oc-seq=\(request.cseq).0")
    }
    try network.add([Network.account("first")])
    network.run(for: .seconds(5))
    let names = Self.names(100)
    try network.add(names.map { Network.account($0) })
    network.run(for: .seconds(3600 / 4))
    let times = network.requests.map(\.at)
    for (position, time) in times.enumerated() where position + rate < times.count {
      #expect(times[position + rate] - time >= .seconds(1))
    }
    #expect(names.allSatisfy { network.state($0) == .ok })
  }

  @Test("LOD-13 the answer to a challenge counts against the rate")
  func challengesCount() throws {
    var network = Self.network { request in
      let load = ";oc=10;oc-algo=\"rate\";oc-validity=600000;oc-seq=\(request.cseq).0"
      guard request.isAuthorized else {
        guard case .raw(let text, let after) = Self.loaded(request, load, status: "401 Unauthorized") else {
          return .silence
        }
        let challenge =
          "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"\(request.branch)\", qop=\"auth\""
        return .raw(text.replacing("Content-Length", with: challenge + "\r\nContent-Length"), after: after)
      }
      return Self.loaded(request, load)
    }
    let accounts = Self.names(50).map { Network.account($0) }
    try network.add([accounts[0]], password: "secret")
    network.run(for: .seconds(5))
    try network.add(Array(accounts.dropFirst()), password: "secret")
    network.run(for: .seconds(600))
    let times = network.requests.map(\.at)
    #expect(times.count == 100)
    // One more than ten at most: the answer to a challenge does not wait.
    for (position, time) in times.enumerated() where position + 11 < times.count {
      #expect(times[position + 11] - time >= .seconds(1))
    }
  }

  @Test("LOD-11 a deferred registration that is removed, or edited to another registrar, is not forgotten")
  func deferredAccountsMayChange() throws {
    var network = Self.network { request in
      request.server == Network.server
        ? Self.loaded(request, ";oc=100;oc-algo=\"loss\";oc-validity=600000;oc-seq=\(request.cseq).0")
        : .good(request)
    }
    try network.add(["first"].map { Network.account($0) })
    network.run(for: .seconds(1))
    try network.add(["gone", "moved"].map { Network.account($0) })
    network.run(for: .seconds(5))
    #expect(network.requests.count == 1)
    try network.forget(["gone"])
    try network.edit("moved") { $0.account.registrar = SIPURI(host: Network.server(9).address) }
    network.run(for: .seconds(5))
    #expect(network.requests.map(\.user) == ["first", "moved"])
    #expect(network.state("moved") == .ok)
    network.run(for: .seconds(700))
    #expect(network.requests(of: "gone").isEmpty)
  }
}
