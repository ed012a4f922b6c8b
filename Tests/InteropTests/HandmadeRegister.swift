import SIP
import TestSupport

/// Registers one account with nothing but an authenticator and a socket.
struct HandmadeRegister: ~Copyable {
  private let socket: LoopbackSocket
  private let server: UInt16
  private let user: String
  private let callID: String
  private let domain = "interop.example"
  private var cseq = 0
  private var random: RandomSource
  var authenticator: Authenticator

  init(user: String, credentials: [Credential], server: UInt16, seed: UInt64) throws {
    socket = try LoopbackSocket()
    self.server = server
    self.user = user
    callID = "\(user)-\(seed)"
    random = RandomSource(seed: seed)
    authenticator = Authenticator(credentials: credentials)
  }

  var identity: String { "\(user)@\(domain)" }
  var contact: String { "sip:\(user)@127.0.0.1:\(socket.port)" }

  /// Registers, answering challenges; returns the status codes in order.
  mutating func attempt(expires: Int = 300) async throws -> (codes: [Int], refusal: ChallengeVerdict?) {
    authenticator.beginAttempt()
    var codes: [Int] = []
    while true {
      let response = try await exchange(expires: expires)
      codes.append(response.status)
      guard response.status == 401 else {
        if response.status == 200 { authenticator.attemptSucceeded() }
        return (codes, nil)
      }
      let challenges = response.values(of: "WWW-Authenticate").map { row in
        Array(row.utf8).withUnsafeBytes { Challenge.parse($0) }
      }
      let verdict = authenticator.receive(challenges, from: .registrar)
      guard verdict == .retry else { return (codes, verdict) }
    }
  }

  private mutating func exchange(expires: Int) async throws -> HandmadeResponse {
    cseq += 1
    let uri = "sip:127.0.0.1:\(server)"
    let head = [
      "REGISTER \(uri) SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:\(socket.port);branch=z9hG4bK\(random.next());rport",
      "Max-Forwards: 70",
      "From: <sip:\(identity)>;tag=\(user)",
      "To: <sip:\(identity)>",
      "Call-ID: \(callID)",
      "CSeq: \(cseq) REGISTER",
      "Contact: <\(contact)>",
      "Expires: \(expires)",
    ]
    var message = Array((head.joined(separator: "\r\n") + "\r\n").utf8)
    authenticator.appendAuthorization(to: &message, method: "REGISTER", uri: Array(uri.utf8), using: &random)
    message += Array("Content-Length: 0\r\n\r\n".utf8)
    try socket.send(message, to: server)
    return try HandmadeResponse(try await socket.receive())
  }
}
