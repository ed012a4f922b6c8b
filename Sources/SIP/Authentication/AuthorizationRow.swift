/// One `Authorization` or `Proxy-Authorization` row (RFC 7616, 3.4; RFC 3261, 25.1).
///
/// Quoted are username, realm, nonce, uri, response, opaque and cnonce; not quoted are algorithm, qop and nc.
struct AuthorizationRow {
  let role: ChallengeRole
  let username: String
  let uri: UnsafeRawBufferPointer
  let answer: DigestAnswer

  /// Appends the row with its line end. What the challenge brought is echoed as it was written.
  func append(to message: inout [UInt8], challenge: Challenge, response: HashValue) {
    challenge.withParts { parts in
      let variable = parts.byteCount + username.utf8.count * 2 + uri.count + answer.cnonce.count
      let fixed = 256 + response.byteCount * 2
      withUnsafeTemporaryAllocation(byteCount: variable + fixed, alignment: 1) { memory in
        var row = ScratchBytes(memory)
        put(parts, response, into: &row)
        message.append(contentsOf: row.written)
      }
    }
  }

  private func put(_ parts: Challenge.Parts, _ response: HashValue, into row: inout ScratchBytes) {
    row.put(role == .registrar ? "Authorization" : "Proxy-Authorization")
    row.put(": Digest username=\"")
    row.put(escaping: username)
    row.put("\", realm=\"")
    row.put(parts.realm)
    row.put("\", nonce=\"")
    row.put(parts.nonce)
    row.put("\", uri=\"")
    row.put(uri)
    row.put("\", response=\"")
    row.put(hex: response)
    row.put(UInt8(ascii: "\""))
    if let algorithm = parts.algorithm {
      row.put(", algorithm=")
      row.put(algorithm)
    }
    if let opaque = parts.opaque {
      row.put(", opaque=\"")
      row.put(opaque)
      row.put(UInt8(ascii: "\""))
    }
    if answer.qop != .none {
      row.put(", cnonce=\"")
      row.put(answer.cnonce)
      row.put(answer.qop == .auth ? "\", qop=auth, nc=" : "\", qop=auth-int, nc=")
      row.put(hex: answer.nonceCount)
    }
    row.put("\r\n")
  }
}
