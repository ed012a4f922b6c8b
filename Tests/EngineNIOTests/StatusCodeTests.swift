import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Each final code, once as the answer to the first REGISTER and once to a refresh.
struct StatusCodeTests {
  /// Seconds in which a next REGISTER is due, and what it is due for.
  private static let backOff = 15...61
  private static let hold = 3600...3601

  private static func network(_ code: Int, rows: [String] = [], onRefresh: Bool) -> SimulatedNetwork {
    SimulatedNetwork { request in
      onRefresh && request.cseq == 1 ? .bound(100_000, request) : .status(code, "No", rows: rows)
    }
  }

  /// The seconds from the code to the next REGISTER.
  private static func pause(_ code: Int, rows: [String] = [], onRefresh: Bool) throws -> Int {
    var network = network(code, rows: rows, onRefresh: onRefresh)
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    if onRefresh { try network.refresh(["a"]) }
    network.run(for: .seconds(2))
    let sent = network.requests.count
    #expect(sent == (onRefresh ? 2 : 1))
    #expect(network.last("a")?.code == UInt16(code))
    #expect(network.last("a")?.reason == "No")
    #expect(network.state("a") == (onRefresh ? .ok : .failed))
    let since = try #require(network.requests.last?.at)
    while network.requests.count == sent, network.elapsed < .seconds(9000) { network.run(for: .seconds(1)) }
    return Int(((network.requests.last?.at ?? .zero) - since).components.seconds)
  }

  @Test(
    "COD-04 COD-06 COD-07 COD-08 COD-09 COD-12 COD-15 COD-19 COD-20 COD-23 COD-24 UAC-32 UAC-36 a refusal for good is not repeated for an hour",
    arguments: [
      400, 402, 403, 404, 405, 406, 410, 413, 414, 416, 428, 433, 436, 437, 438, 482, 483, 488, 494, 501, 505,
      513, 555, 604, 606, 499,
    ],
    [false, true]
  )
  func refusalsHold(code: Int, onRefresh: Bool) throws {
    #expect(Self.hold.contains(try Self.pause(code, onRefresh: onRefresh)))
  }

  @Test(
    "COD-11 COD-17 COD-21 COD-22 COD-25 UAC-35 UAC-39 what may pass is tried again after a pause",
    arguments: [408, 480, 486, 500, 502, 503, 504, 580, 599, 600, 603, 699],
    [false, true]
  )
  func passingTroubleBacksOff(code: Int, onRefresh: Bool) throws {
    #expect(Self.backOff.contains(try Self.pause(code, onRefresh: onRefresh)))
  }

  @Test("COD-22 UAC-37 a Retry-After with a comment and a duration is waited for", arguments: [false, true])
  func retryAfterIsWaitedFor(onRefresh: Bool) throws {
    let rows = ["Retry-After: 120 (maintenance);duration=60"]
    #expect((120...181).contains(try Self.pause(503, rows: rows, onRefresh: onRefresh)))
  }

  @Test("COD-18 after a 481 the next attempt goes under another Call-ID")
  func lostCalls() throws {
    var network = Self.network(481, onRefresh: false)
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(70))
    #expect(network.requests.count == 2)
    #expect(network.requests[0].callID != network.requests[1].callID)
    #expect(network.requests[1].cseq == 1)
  }

  @Test("UAC-38 HDR-17 TOR-18 a malformed Retry-After is none, an absurd one an hour, or one and a half")
  func absurdRetryAfterIsBounded() throws {
    #expect(Self.backOff.contains(try Self.pause(503, rows: ["Retry-After: soon"], onRefresh: false)))
    let absurd = try Self.pause(
      503,
      rows: ["Retry-After: 99999999999", "Warning: 1812 x \"y\""],
      onRefresh: false
    )
    #expect((3600...5401).contains(absurd))
  }

  @Test("COD-01 COD-05 COD-10 COD-14 success, challenges and 423, first and on a refresh")
  func codesThatGoOn() throws {
    for code in [401, 407, 423] {
      for onRefresh in [false, true] {
        let row =
          code == 423
          ? "Min-Expires: 7200"
          : code == 401
            ? "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\""
            : "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""
        var refused = false
        var network = SimulatedNetwork { request in
          if refused || (onRefresh && request.cseq == 1) { return .good(request) }
          refused = true
          return .status(code, "No", rows: [row])
        }
        try network.add([SimulatedNetwork.account("a")], password: "p")
        network.run(for: .seconds(1))
        if onRefresh { try network.refresh(["a"]) }
        network.run(for: .seconds(1))
        #expect(network.requests.count == (onRefresh ? 3 : 2))
        #expect(network.state("a") == .ok && network.last("a")?.code == 200)
      }
    }
  }

  @Test(
    "COD-26 TOR-32 what is no status code is no answer",
    arguments: ["99", "700", "1000", "2OO", "-200", "4294967496"]
  )
  func codesOutsideAreDropped(code: String) throws {
    var network = SimulatedNetwork { request in
      let copied = ["Via", "From", "To", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")\r\n" }
        .joined()
      return .raw(
        "SIP/2.0 \(code) OK\r\n\(copied)Contact: <\(request.contactURI)>\r\nContent-Length: 0\r\n\r\n"
      )
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(33))
    #expect(network.requests.count == 11)
    #expect(network.last("a")?.failure == .timeout)
  }

  @Test("REG-49 COD-01 a binding for no time at all is none, and is not asked for without end")
  func aZeroGrantIsNoBinding() throws {
    var network = SimulatedNetwork { request in
      .status(200, "OK", rows: ["Contact: <\(request.contactURI)>", "Expires: 0"])
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(10))
    #expect(network.requests.count == 1)
    #expect(network.last("a")?.failure == .notBound)
  }
}
