import Testing

@testable import SIP

@Suite struct DigestAnswerTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let id: String
    let algorithm: DigestAlgorithm
    let qop: QualityOfProtection.Answer
    let password: String
    let response: String

    init(
      _ id: String,
      _ algorithm: DigestAlgorithm,
      _ qop: QualityOfProtection.Answer,
      _ response: String,
      password: String = "secret"
    ) {
      self.id = id
      self.algorithm = algorithm
      self.qop = qop
      self.password = password
      self.response = response
    }

    var testDescription: String { id }
  }

  static let awkward = "s3cr:t\"\\"

  static let vectors: [Vector] = [
    Vector("KAT-01", .md5, .none, "3632f1795a493013732feecbeaf3e90f"),
    Vector("KAT-02", .md5, .auth, "f2cd1e00ece8b7f233afc0c4750e3140"),
    Vector("KAT-03", .md5, .authInt, "a3171597abddeffbdf98918db9ea8d0c"),
    Vector("KAT-04", .md5Session, .auth, "5115960312cabf46064cd69dc75ab4bf"),
    Vector("KAT-05", .md5Session, .authInt, "ca8a72baf58125de4e9a063af904a496"),
    Vector("KAT-06", .sha256, .none, "b607dc8d5f784d067372760931a418d66869a2f0e97ed7996a58dcffea65c0c3"),
    Vector("KAT-07", .sha256, .auth, "11b0bf15b53a14c2260c7647c9f7d1e58789de2c27fc9ac60cef40ba8f7d8cf0"),
    Vector("KAT-08", .sha256, .authInt, "31b4d0b303c5640731e802e75732ef63d219bdc08748395b76ed3c258bd428aa"),
    Vector(
      "KAT-09",
      .sha256Session,
      .auth,
      "bca824bb3ca7e2e60acf2f6dadc05b03d99463d601a25f7c184cf7e362fb7efa"
    ),
    Vector(
      "KAT-10",
      .sha256Session,
      .authInt,
      "a011d0281187eeb98604df593f54ec33ca8a1a4dba05f8c319dc9788cb3b8133"
    ),
    Vector("KAT-11", .sha512t256, .none, "5eee6d66835cf456b00b0ef5f87cf07229294d57e8a55171423feb13c232aca6"),
    Vector("KAT-12", .sha512t256, .auth, "158f351a4a757a3a529a2306aa7b5817b1a6352b72170067d46352b352fde08c"),
    Vector(
      "KAT-13",
      .sha512t256,
      .authInt,
      "fb00b7f54cdbe0b9e58fdcd3b2264c2d168afc3db2e2275af5ee4a05a21a5094"
    ),
    Vector(
      "KAT-14",
      .sha512t256Session,
      .auth,
      "f197b9bb35b38716954a539d12ac03e8bca4b2fa5e2e7d88c37089cc45b14aa9"
    ),
    Vector(
      "KAT-15",
      .sha512t256Session,
      .authInt,
      "a793709eae5fef323eae59548d5e4f0089d16ba9ccf421abd1e1e461fcecc961"
    ),
  ]

  static let awkwardVectors: [Vector] = [
    Vector("KAT-20", .md5, .none, "e48f43f26dd8d617612d5286c3e13a0c", password: awkward),
    Vector("KAT-21", .md5, .auth, "72436a9e78cd2b73d4c74bf70eb9e64a", password: awkward),
    Vector(
      "KAT-22",
      .sha256,
      .auth,
      "3c7038df0ad1459ce210699e719648d7c8523fb9c5f3321ac20ced6c54f05efb",
      password: awkward
    ),
    Vector(
      "KAT-23",
      .sha512t256,
      .auth,
      "3e0bbb46bff11fc2441d781aa918ce4e29b6d4306edebd59f3c6d9b79b8e609a",
      password: awkward
    ),
  ]

  @Test("KAT-01 … KAT-15 AUT-09 AUT-23 each algorithm and qop gives the known response", arguments: vectors)
  func givesTheKnownResponse(vector: Vector) {
    #expect(response(vector, method: "REGISTER") == vector.response)
  }

  @Test("KAT-20 … KAT-23 AUT-18 a password is hashed byte for byte", arguments: awkwardVectors)
  func hashesAPasswordByteForByte(vector: Vector) {
    #expect(response(vector, method: "REGISTER") == vector.response)
  }

  @Test("KAT-16 KAT-17 rspauth is the response to an empty method")
  func givesTheKnownResponseProof() {
    let md5 = Vector("KAT-16", .md5, .auth, "")
    #expect(response(md5, method: "") == "039f7d7072cfe74631383bffa5f6c31f")
    let sha = Vector("KAT-17", .sha256, .auth, "")
    #expect(
      response(sha, method: "") == "1ad5c9345a7775a0830c6c4d970d9da3259c75a5abdb341a8fcde360c9881a4b"
    )
  }

  @Test("AUT-09 the examples of RFC 7616, 3.9.1 come out")
  func reproducesTheExamplesOfRFC7616() {
    let compute = { (hash: Hash) in
      DigestAnswerTests.compute(
        hash: hash,
        isSession: false,
        username: "Mufasa",
        realm: "http-auth@example.org",
        password: "Circle of Life",
        nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        qop: .auth,
        cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        method: "GET",
        uri: "/dir/index.html"
      )
    }
    #expect(compute(.md5) == "8ca523f5e9506fed4657c9700eebdbec")
    #expect(compute(.sha256) == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
  }

  @Test("AUT-10 SHA-512-256 is the real one, not the cut SHA-512 of the example in RFC 7616, 3.9.2")
  func usesTheRealSHA512t256() {
    let response = DigestAnswerTests.compute(
      hash: .sha512t256,
      isSession: false,
      username: "Jäsøn Doe",
      realm: "api@example.org",
      password: "Secret, or not?",
      nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
      qop: .auth,
      cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
      method: "GET",
      uri: "/doe.json"
    )
    #expect(response == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5")
    #expect(!response.hasPrefix("ae66e67d"))
  }

  private func response(_ vector: Vector, method: String) -> String {
    DigestAnswerTests.compute(
      hash: vector.algorithm.hash,
      isSession: vector.algorithm.isSession,
      username: "alice",
      realm: "atlanta.example.com",
      password: vector.password,
      nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
      qop: vector.qop,
      cnonce: "0a4f113b",
      method: method,
      uri: "sip:atlanta.example.com"
    )
  }

  private static func compute(
    hash: Hash,
    isSession: Bool,
    username: String,
    realm: String,
    password: String,
    nonce: String,
    qop: QualityOfProtection.Answer,
    cnonce: String,
    method: String,
    uri: String
  ) -> String {
    let bytes = { (text: String, body: (UnsafeRawBufferPointer) -> String) in
      Array(text.utf8).withUnsafeBytes(body)
    }
    return bytes(realm) { realm in
      bytes(nonce) { nonce in
        bytes(cnonce) { cnonce in
          bytes(method) { method in
            bytes(uri) { uri in
              var secret = DigestAnswer.secret(
                hash,
                username: username,
                realm: realm,
                password: Secret(password)
              )
              if isSession {
                secret = DigestAnswer.sessionSecret(hash, secret: secret, nonce: nonce, cnonce: cnonce)
              }
              let answer = DigestAnswer(
                hash: hash,
                secret: secret,
                nonce: nonce,
                qop: qop,
                nonceCount: 1,
                cnonce: cnonce
              )
              let none = UnsafeRawBufferPointer(start: nil, count: 0)
              return answer.response(method: method, uri: uri, body: none).hexDigits
            }
          }
        }
      }
    }
  }
}
