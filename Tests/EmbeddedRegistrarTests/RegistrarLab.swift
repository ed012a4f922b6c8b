import SIP
import Testing

@testable import EmbeddedRegistrar

/// A registrar's core with a clock that a test moves, and a client that can answer challenges.
final class RegistrarLab {
  var core: RegistrarCore
  var now = Instant(nanoseconds: 1_000_000_000_000)
  var random = RandomSource(seed: 7)
  var source = Endpoint(address: .ipv4(IPv4Address("192.0.2.10")!), port: 5060)
  private(set) var actions: [RegistrarAction] = []
  private var branches = 0

  init(faults: FaultScript = FaultScript(), _ change: (inout RegistrarSettings) -> Void = { _ in }) {
    var settings = RegistrarSettings()
    change(&settings)
    core = RegistrarCore(settings: settings, faults: faults, origin: 1_289_690_940 - 1000)
  }

  convenience init(faults text: String) throws { self.init(faults: try FaultScript(parsing: text)) }

  /// Gives the core a datagram.
  ///
  /// - Returns: the first answer that is to be sent at once.
  @discardableResult
  func receive(_ bytes: [UInt8]) -> LabAnswer? {
    actions.removeAll()
    bytes.withUnsafeBytes { core.receive($0, from: source, at: now, using: &random, into: &actions) }
    return firstAnswer
  }

  func fireTimer() -> LabAnswer? {
    actions.removeAll()
    core.timerFired(at: now, into: &actions)
    return firstAnswer
  }

  private var firstAnswer: LabAnswer? {
    for case .send(let bytes, let peer) in actions { return LabAnswer(bytes: bytes, peer: peer) }
    return nil
  }

  /// Sends a request in a transaction of its own.
  @discardableResult
  func send(_ request: LabRequest) -> LabAnswer? {
    var request = request
    if request.branch.isEmpty {
      branches += 1
      request.branch = "z9hG4bKlab\(branches)"
    }
    return receive(Array(request.text.utf8))
  }

  /// Sends a request, and again with credentials if it is challenged.
  @discardableResult
  func authenticate(
    _ request: LabRequest,
    as user: String = "alice",
    password: String = "secret",
    algorithms: [DigestAlgorithm] = []
  ) throws -> LabAnswer? {
    let credential = Credential(username: user, proof: .password(Secret(password)), algorithms: algorithms)
    var authenticator = Authenticator(credentials: [credential])
    authenticator.beginAttempt()
    guard let challenge = send(request), challenge.status == 401 else { return nil }
    return send(try answer(challenge, to: request, with: &authenticator))
  }

  /// The request that answers a challenge.
  func answer(
    _ challenge: LabAnswer,
    to request: LabRequest,
    with authenticator: inout Authenticator
  ) throws -> LabRequest {
    let rows = challenge.rows(.wwwAuthenticate).map { row in
      Array(row.utf8).withUnsafeBytes { Challenge.parse($0) }
    }
    #expect(authenticator.receive(rows, from: .registrar) == .retry)
    return repeated(request, with: &authenticator)
  }

  /// The request once more, with credentials for the nonce that the client knows.
  func repeated(_ request: LabRequest, with authenticator: inout Authenticator) -> LabRequest {
    var row: [UInt8] = []
    authenticator.appendAuthorization(
      to: &row,
      method: "REGISTER",
      uri: Array(request.requestURI.utf8),
      using: &random
    )
    var next = request
    next.cseq += 1
    next.rows.append(String(decoding: row, as: UTF8.self).replacing("\r\n", with: ""))
    return next
  }

  func bindings() -> [String] {
    core.bindings(at: now).map { "\($0.identity.key) \($0.contact) \($0.expires)" }
  }

  func contacts() -> [String] { core.bindings(at: now).map(\.contact) }
}

/// A request as a test writes it.
struct LabRequest {
  var method = "REGISTER"
  var requestURI = "sip:example.com"
  var branch = ""
  var via = "192.0.2.10:5060;rport"
  var from = "<sip:alice@example.com>;tag=1"
  var to = "<sip:alice@example.com>"
  var callID = "call-1"
  var cseq: UInt32 = 1
  var contacts: [String] = []
  var expires: String?
  var rows: [String] = []

  init(_ contacts: String..., expires: String? = nil, cseq: UInt32 = 1, callID: String = "call-1") {
    self.contacts = contacts
    self.expires = expires
    self.cseq = cseq
    self.callID = callID
  }

  func changed(_ change: (inout LabRequest) -> Void) -> LabRequest {
    var copy = self
    change(&copy)
    return copy
  }

  var text: String {
    var lines = ["\(method) \(requestURI) SIP/2.0", "Via: SIP/2.0/UDP \(via);branch=\(branch)"]
    lines += [
      "Max-Forwards: 70", "From: \(from)", "To: \(to)", "Call-ID: \(callID)", "CSeq: \(cseq) \(method)",
    ]
    lines += contacts.map { "Contact: \($0)" } + rows
    if let expires { lines.append("Expires: \(expires)") }
    return (lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
  }
}

/// An answer of the registrar.
struct LabAnswer {
  let bytes: [UInt8]
  let peer: Endpoint

  func read<Result>(_ body: (MessageView) throws -> Result) rethrows -> Result? {
    guard let message = try? SIPMessage(bytes) else { return nil }
    return try message.withView(body)
  }

  var status: UInt16 { read { $0.statusCode } ?? 0 }
  var text: String { String(decoding: bytes, as: UTF8.self) }
  func value(_ name: HeaderName) -> String? { read { $0.value(name)?.text } ?? nil }

  func rows(_ name: HeaderName) -> [String] {
    read { view in
      var rows: [String] = []
      view.forEachValue(name) { rows.append($0.text) }
      return rows
    } ?? []
  }
}
