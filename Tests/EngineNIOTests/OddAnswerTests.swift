import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Answers that are unusual and not hostile.
struct OddAnswerTests {
  private static func seconds(_ duration: Duration?) -> Int64 { duration?.components.seconds ?? -1 }

  @Test("REG-44 a longer grant than asked for is shown, and does not outlive an unregister")
  func aLongerGrant() throws {
    var network = SimulatedNetwork { request in
      request.row("Expires") == "0" ? .status(200, "OK") : .bound(86_400, request)
    }
    var account = SimulatedNetwork.account("a")
    account.expires = 60
    try network.add([account])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.granted == 86_400 && network.requests[0].row("Expires") == "60")
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2 && network.requests[1].row("Expires") == "0")
    #expect(network.state("a") == .cleared && network.last("a")?.expiresIn == nil)
    network.run(for: .seconds(90_000))
    #expect(network.requests.count == 2)
  }

  @Test(
    "REG-46 a lifetime that cannot be read is an hour, or what was asked for if that is less",
    arguments: ["abc", "", "-5", "12.5"],
    [UInt32(60), 7200]
  )
  func unreadableLifetimes(text: String, requested: UInt32) throws {
    for row in [false, true] {
      var network = SimulatedNetwork { request in
        let rows =
          row
          ? ["Contact: <\(request.contactURI)>", "Expires: \(text)"]
          : ["Contact: <\(request.contactURI)>;expires=\(text)"]
        return .status(200, "OK", rows: rows)
      }
      var account = SimulatedNetwork.account("a")
      account.expires = requested
      try network.add([account])
      network.run(for: .seconds(1))
      #expect(network.state("a") == .ok && network.last("a")?.granted == min(requested, 3600))
      network.run(for: .seconds(Int64(min(requested, 3600))))
      #expect(network.requests.count >= 2 && network.state("a") == .ok)
    }
  }

  @Test("REG-56 a Date, right or wrong, does not move the next refresh")
  func datesAreNotTrusted() throws {
    var schedules: Set<Duration?> = []
    for rows in [
      [], ["Date: Sat, 13 Nov 2010 23:29:00 GMT"], ["Date: Sat, 13 Nov 2055 23:29:00 GMT"],
      ["Date: Fri, 01 Jan 2010 16:00:00 EST"], ["Date: yesterday"],
    ] {
      var network = SimulatedNetwork { request in
        .status(200, "OK", rows: ["Contact: <\(request.contactURI)>;expires=600"] + rows)
      }
      try network.add([SimulatedNetwork.account("a")])
      network.run(for: .seconds(1))
      #expect(network.state("a") == .ok)
      schedules.insert(network.last("a")?.nextIn)
    }
    #expect(schedules.count == 1 && Self.seconds(schedules.first ?? nil) > 400)
  }

  @Test("AUT-43 a challenge's domain and what else it has do not stop or steer the answer")
  func unknownChallengeParameters() throws {
    var network = SimulatedNetwork { request in
      guard !request.isAuthorized else { return .good(request) }
      let row =
        "WWW-Authenticate: Digest realm=\"r\", domain=\"sip:elsewhere.example sips:x\", nonce=\"n\", "
        + "qop=\"auth\", future=\"\\\"q, x=1\", flag=token, algorithm=MD5"
      return .status(401, "Unauthorized", rows: [row])
    }
    try network.add([SimulatedNetwork.account("a")], password: "secret")
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2 && network.state("a") == .ok)
    let answer = try #require(network.requests[1].row("Authorization"))
    #expect(answer.contains("uri=\"sip:192.0.2.1\""))
    for name in ["domain", "future", "flag", "elsewhere"] { #expect(!answer.contains(name)) }
    #expect(network.requests[1].server == SimulatedNetwork.server)
  }

  @Test("TRN-05 an answer of sixty thousand bytes is read to its end")
  func aHugeAnswer() throws {
    var size = 0
    var network = SimulatedNetwork { request in
      let foreign = (0..<1000).map { "Contact: <sip:device-\($0)@198.51.100.7:5060>;expires=\(1000 + $0)" }
      let rows = foreign + ["Contact: <\(request.contactURI)>;expires=321"]
      size = rows.joined(separator: "\r\n").utf8.count
      return .status(200, "OK", rows: rows)
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    #expect(size > 50_000)
    #expect(network.last("a")?.granted == 321 && network.last("a")?.bindings.count == 1001)
  }

  @Test("TRN-11 an answer with bare line feeds is dropped whole, and a good one after it counts")
  func bareLineFeeds() throws {
    var network = SimulatedNetwork { request in
      let copied = ["Via", "From", "To", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")\n" }
        .joined()
      let contact = "Contact: <\(request.contactURI)>;expires=60\n"
      let crlf = "SIP/2.0 200 OK\n\(copied)\(contact)Content-Length: 0\n".replacing("\n", with: "\r\n")
      return .several([
        .raw("SIP/2.0 200 OK\n\(copied)\(contact)Content-Length: 0\n\n"), .raw(crlf + "\n"),
        .bound(77, request, after: .milliseconds(100)),
      ])
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .milliseconds(50))
    let early = network.last("a")?.granted
    network.run(for: .seconds(1))
    #expect(network.state("a") == .ok && network.requests.count == 1)
    #expect(early == nil || early == 60)
    #expect(network.last("a")?.granted == early ?? 77)
  }

  @Test("TRN-27 SEC-22 another source may answer for a name, and none for an address")
  func sourcesOfAnswers() throws {
    for (host, state) in [("reg.example.org", RegistrationState.ok), ("192.0.2.1", .progress)] {
      var network = SimulatedNetwork { _ in .silence }
      network.names = ["reg.example.org": [SimulatedNetwork.server]]
      try network.add([SimulatedNetwork.account("a", at: host)])
      network.run(for: .milliseconds(10))
      let request = try #require(network.requests.first)
      let copied = ["Via", "From", "To", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")\r\n" }
        .joined()
      let answer =
        "SIP/2.0 200 OK\r\n\(copied)Contact: <\(request.contactURI)>;expires=60\r\nContent-Length: 0\r\n\r\n"
      network.inject(answer, from: SimulatedNetwork.server(1, port: 6060), by: .listener)
      #expect(network.state("a") == state, "\(host)")
      network.inject(answer)
      #expect(network.state("a") == .ok)
    }
  }
}
