@testable import SIP

/// One account's authenticator together with what a server would see of it.
struct Exchange {
  var authenticator: Authenticator
  var random = RandomSource(seed: 1)
  let uri = Array("sip:atlanta.example.com".utf8)

  init(_ credentials: [Credential]) {
    authenticator = Authenticator(credentials: credentials)
    authenticator.beginAttempt()
  }

  /// Alice with the password `secret`.
  init(realm: String? = nil, algorithms: [DigestAlgorithm] = []) {
    self.init([
      Credential(username: "alice", realm: realm, proof: .password(Secret("secret")), algorithms: algorithms)
    ])
  }

  /// The header rows of the next request.
  mutating func send() -> [Answer] {
    var message: [UInt8] = []
    authenticator.appendAuthorization(to: &message, method: "REGISTER", uri: uri, using: &random)
    return String(decoding: message, as: UTF8.self).split(separator: "\r\n").map { Answer(String($0)) }
  }

  mutating func receive(_ rows: String..., from role: ChallengeRole = .registrar) -> ChallengeVerdict {
    let challenges = rows.map { row in Array(row.utf8).withUnsafeBytes { Challenge.parse($0) } }
    return authenticator.receive(challenges, from: role)
  }

  mutating func receiveInfo(_ value: String) -> Bool {
    let uri = self.uri
    return Array(value.utf8).withUnsafeBytes {
      authenticator.receiveAuthenticationInfo($0, uri: uri)
    }
  }
}
