import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Odd and hostile constructs, grafted onto the answer to a REGISTER that is waiting for one.
struct HostileAnswerTests {
  /// How an answer's text is changed before it is sent.
  typealias Change = @Sendable (String, SimulatedNetwork.Request) -> String

  /// The state after a 200 with our binding whose text was changed.
  private static func outcome(
    _ change: @escaping Change
  ) throws -> SimulatedNetwork {
    var network = SimulatedNetwork { request in
      let copied = ["Via", "From", "To", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")\r\n" }
        .joined()
      let contact = "Contact: <\(request.contactURI)>;expires=60\r\n"
      return .raw(change("SIP/2.0 200 OK\r\n\(copied)\(contact)Content-Length: 0\r\n\r\n", request))
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .milliseconds(400))
    return network
  }

  private static func add(_ rows: String) -> Change {
    { text, _ in text.replacing("Content-Length", with: rows + "\r\nContent-Length") }
  }

  private static func swap(_ old: String, _ new: String) -> Change {
    { text, _ in text.replacing(old, with: new) }
  }

  @Test(
    "HDR-09 HDR-17 TOR-01 TOR-03 TOR-06 TOR-08 TOR-11 TOR-12 TOR-13 TOR-17 TOR-37 TOR-45 TOR-46 REG-54 accepted",
    arguments: [
      add("X: ;;,,;;,;"),
      add("Expires: abc\r\nDate: never\r\nWarning: 1812 x\r\nReason: ;;\r\nMin-Expires: x"),
      swap("CSeq: 1 REG", "cseq :\r\n 0001  REG"), swap("Via: ", "v: "),
      add("m: caller<sip:x@192.0.2.9>;expires=9"), swap(";expires=60", ";expires=99999999999999999999"),
      { text, _ in text + "INVITE sip:x SIP/2.0\r\n\r\n" },
      swap("Content-Length: 0\r\n\r\n", "Content-Type: x/y\r\nContent-Length: 6\r\n\r\n\0\r\n\r\n\0"),
      swap("200 OK", "200 = 2**3 * 5**2 \u{43d}\u{43e}"), swap("200 OK", "200 "), swap("200 OK", "200"),
      add("Contact: <name:John_Smith>, <http://x.y>, <tel:+1>, <mailto:a@b>"),
      add("Contact: sip:x@192.0.2.9;unknownparam"), swap(">;expires=60", ";unknownparam>;expires=60"),
      swap("sip:a@192.0.2.100:5062>;e", "sip:%61@192.0.2.100:5062;lr;n%61me=v%41>;e"),
      add("Contact: <sip:cal%6Cer@h.example;%6C%72;n%61me=v%61lue>"),
    ] as [Change]
  )
  func accepted(change: @escaping Change) throws {
    let network = try Self.outcome(change)
    #expect(network.state("a") == .ok)
    #expect(network.requests.count == 1)
  }

  @Test(
    "HDR-07 HDR-08 UAC-06 SEC-02 TOR-14 TOR-15 TOR-16 TOR-19 TOR-29 TOR-30 TOR-33 TOR-34 TOR-42 TOR-43 TOR-18 dropped",
    arguments: [
      add("CSeq: 1 REGISTER"), add("Call-ID: x"), swap("Via: ", "X-Via: "), swap("From: ", "X-From: "),
      swap("To: ", "X-To: "), swap("Call-ID: ", "X-Call: "), swap("CSeq: ", "X-CSeq: "),
      add("Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK9"), swap("Length: 0", "Length: 9999"),
      swap("Length: 0", "Length: -999"), swap("Length: 0", "Length: five"),
      swap("Length: 0", "Length: 4294967295"),
      swap("Length: 0", "Length: 18446744073709551621"), swap("SIP/2.0 200", "SIP/7.0 200"),
      swap("1 REGISTER", "1 OPTIONS"), swap("1 REGISTER", "36893488147419103232 REGISTER"),
      swap("Length: 0", "Length: 0\r\nContent-Length: 5"), swap("To: <", "To: \"unbalanced <"),
      { text, request in text.replacing(request.branch, with: "z9hG4bK") }, swap(";rport", ";;,;,,;rport"),
      swap("SIP/2.0 200", "\0SIP/2.0 200"), swap("Content-Length", String(repeating: "X", count: 60_000)),
    ] as [Change]
  )
  func dropped(change: @escaping Change) throws {
    var network = try Self.outcome(change)
    #expect(network.state("a") == .progress)
    network.reply = SimulatedNetwork.Reply.good
    network.run(for: .seconds(2))
    #expect(network.state("a") == .ok)
    #expect(Set(network.requests.map(\.bytes)).count == 1)
  }

  @Test("TV6-05 TV6-06 SEC-45 received and rport steer nothing")
  func receivedSteersNothing() throws {
    for value in ["received=[2001:db8::1]", "received=2001:db8::1", "received=255.255.255.255;rport=0"] {
      var network = try Self.outcome(Self.swap(";rport", ";" + value))
      #expect(network.state("a") == .ok)
      network.run(for: .seconds(60))
      #expect(Set(network.requests.map(\.server)) == [SimulatedNetwork.server])
      #expect(Set(network.requests.map(\.contactURI)).count == 1)
    }
  }

  @Test("SEC-06 SEC-07 SEC-08 AUT-57 what a server says is told with its control characters escaped")
  func serverTextIsEscaped() throws {
    let network = try Self.outcome(Self.swap("200 OK", "403 \u{1b}]0;pwn\u{7}\u{202e}x"))
    #expect(network.last("a")?.reason == "\\u{1B}]0;pwn\\u{7}\\u{202E}x")
    var challenged = SimulatedNetwork { _ in
      .status(401, "No", rows: ["WWW-Authenticate: Digest realm=\"\u{202e}evil\", nonce=\"n\""])
    }
    try challenged.add([SimulatedNetwork.account("a")])
    challenged.run(for: .seconds(1))
    #expect(challenged.last("a")?.failure == .noCredential(realm: "\\u{202E}evil"))
  }

  @Test("SEC-03 provisional answers without end do not hold up timer F")
  func endlessProvisionals() throws {
    var network = SimulatedNetwork { _ in
      .several((1...400).map { .status(100, "Trying", after: .milliseconds($0 * 100)) })
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(33))
    #expect(network.last("a")?.failure == .timeout)
  }

  @Test("TRN-26 stray line ends, zeros and empty datagrams are ignored")
  func strayDatagrams() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    for text in ["", "\r\n", "\r\n\r\n", "\0\0\0\0", "\0\0\0\0\0\0"] { network.inject(text) }
    #expect(network.state("a") == .ok && network.answers.isEmpty && network.requests.count == 1)
  }
}
