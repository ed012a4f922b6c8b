/// The arithmetic of a digest answer (RFC 7616, 3.4; RFC 2069 where no qop is offered).
///
/// The nonce comes as written between the quotes of the challenge, and is hashed without its escapes.
package struct DigestAnswer {
  package let hash: Hash
  /// H(A1), of the credential or, for a `-sess` algorithm, of the session.
  package let secret: HashValue
  package let nonce: UnsafeRawBufferPointer
  package let qop: QualityOfProtection.Answer
  package let nonceCount: UInt32
  package let cnonce: UnsafeRawBufferPointer

  package init(
    hash: Hash,
    secret: HashValue,
    nonce: UnsafeRawBufferPointer,
    qop: QualityOfProtection.Answer,
    nonceCount: UInt32,
    cnonce: UnsafeRawBufferPointer
  ) {
    self.hash = hash
    self.secret = secret
    self.nonce = nonce
    self.qop = qop
    self.nonceCount = nonceCount
    self.cnonce = cnonce
  }

  /// `H(username:realm:password)`: the user name and the password as they are, the realm as written.
  package static func secret(
    _ hash: Hash,
    username: String,
    realm: UnsafeRawBufferPointer,
    password: Secret
  ) -> HashValue {
    password.withBytes { password in
      hash.value(capacity: username.utf8.count + realm.count + password.count + 2) { input in
        input.put(username)
        input.put(UInt8(ascii: ":"))
        input.put(unescaping: realm)
        input.put(UInt8(ascii: ":"))
        password.withUnsafeBytes { input.put($0) }
      }
    }
  }

  /// H(A1) of a `-sess` algorithm, with the nonce and cnonce of the session's first answer (RFC 7616, 3.4.2).
  package static func sessionSecret(
    _ hash: Hash,
    secret: HashValue,
    nonce: UnsafeRawBufferPointer,
    cnonce: UnsafeRawBufferPointer
  ) -> HashValue {
    hash.value(capacity: secret.byteCount * 2 + nonce.count + cnonce.count + 2) { input in
      input.put(hex: secret)
      input.put(UInt8(ascii: ":"))
      input.put(unescaping: nonce)
      input.put(UInt8(ascii: ":"))
      input.put(cnonce)
    }
  }

  /// The `response` for a request; an empty method gives the `rspauth` of its answer (RFC 7616, 3.5).
  package func response(
    method: UnsafeRawBufferPointer,
    uri: UnsafeRawBufferPointer,
    body: UnsafeRawBufferPointer
  ) -> HashValue {
    let request = requestHash(method: method, uri: uri, body: body)
    let separatorsAndCounts = 24
    let capacity = hash.byteCount * 4 + nonce.count + cnonce.count + separatorsAndCounts
    return hash.value(capacity: capacity) { input in
      input.put(hex: secret)
      input.put(UInt8(ascii: ":"))
      input.put(unescaping: nonce)
      input.put(UInt8(ascii: ":"))
      putQuality(into: &input)
      input.put(hex: request)
    }
  }

  /// `nc:cnonce:qop:`, or nothing in the form of RFC 2069.
  private func putQuality(into input: inout ScratchBytes) {
    guard qop != .none else { return }
    input.put(hex: nonceCount)
    input.put(UInt8(ascii: ":"))
    input.put(cnonce)
    input.put(qop == .auth ? ":auth:" : ":auth-int:")
  }

  /// H(A2); for auth-int it covers the body, an empty one too (RFC 3261, 22.4 item 7).
  private func requestHash(
    method: UnsafeRawBufferPointer,
    uri: UnsafeRawBufferPointer,
    body: UnsafeRawBufferPointer
  ) -> HashValue {
    hash.value(capacity: method.count + uri.count + 2 + hash.byteCount * 2) { input in
      input.put(method)
      input.put(UInt8(ascii: ":"))
      input.put(uri)
      guard qop == .authInt else { return }
      input.put(UInt8(ascii: ":"))
      input.put(hex: hash.value(of: body))
    }
  }
}
