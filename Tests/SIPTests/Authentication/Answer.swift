@testable import SIP

/// A header row of a request, taken apart as a server would.
struct Answer {
  let row: String
  /// Each parameter as it stands on the wire, quotes included.
  let parameters: [String: String]

  init(_ row: String) {
    self.row = row
    var found: [String: String] = [:]
    var inQuotes = false
    var parts = [""]
    for character in row.drop(while: { $0 != " " }).dropFirst(" Digest ".count) {
      if character == "\"", parts.last?.last != "\\" { inQuotes.toggle() }
      if character == ",", !inQuotes { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    for part in parts {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { found[String(pair[0])] = String(pair[1]) }
    }
    parameters = found
  }

  var field: String { String(row.prefix { $0 != ":" }) }
  subscript(name: String) -> String? { parameters[name] }
  /// What a server that knows the password computes for this row.
  func expectedResponse(
    _ algorithm: DigestAlgorithm,
    username: String = "alice",
    password: String = "secret",
    realm: String? = nil,
    nonce: String? = nil,
    sessionNonce: String? = nil,
    method: StaticString = "REGISTER"
  ) -> String {
    let bytes = { (text: String?) in Array((text ?? "").utf8) }
    let realm = bytes(realm ?? value("realm"))
    let nonce = bytes(nonce ?? value("nonce"))
    let first = sessionNonce.map { bytes($0) } ?? nonce
    let qop: QualityOfProtection.Answer =
      switch self["qop"] {
      case "auth": .auth
      case "auth-int": .authInt
      default: .none
      }
    let method = UnsafeRawBufferPointer(start: method.utf8Start, count: method.utf8CodeUnitCount)
    return bytes(value("cnonce")).withUnsafeBytes { cnonce in
      nonce.withUnsafeBytes { nonce in
        var secret = realm.withUnsafeBytes {
          DigestAnswer.secret(algorithm.hash, username: username, realm: $0, password: Secret(password))
        }
        if algorithm.isSession {
          secret = first.withUnsafeBytes {
            DigestAnswer.sessionSecret(algorithm.hash, secret: secret, nonce: $0, cnonce: cnonce)
          }
        }
        let answer = DigestAnswer(
          hash: algorithm.hash,
          secret: secret,
          nonce: nonce,
          qop: qop,
          nonceCount: self["nc"].flatMap { UInt32($0, radix: 16) } ?? 0,
          cnonce: cnonce
        )
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        return bytes(value("uri")).withUnsafeBytes {
          answer.response(method: method, uri: $0, body: none).hexDigits
        }
      }
    }
  }

  /// A value without its quotes.
  func value(_ name: String) -> String? { parameters[name]?.trimming("\"") }
}

extension String {
  fileprivate func trimming(_ quote: Character) -> String {
    var rest = self[...]
    if rest.first == quote { rest.removeFirst() }
    if rest.last == quote { rest.removeLast() }
    return String(rest)
  }
}
