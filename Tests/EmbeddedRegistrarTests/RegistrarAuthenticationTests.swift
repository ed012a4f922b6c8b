import SIP
import Testing

@testable import EmbeddedRegistrar

@Suite struct RegistrarAuthenticationTests {
  private func makeLab(_ change: (inout RegistrarSettings) -> Void = { _ in }) -> RegistrarLab {
    RegistrarLab {
      $0.access = .users([
        RegistrarUser(name: "alice", proof: .password(Secret("secret"))),
        RegistrarUser(name: "bob", proof: .password(Secret("secret"))),
      ])
      change(&$0)
    }
  }

  private let request = LabRequest("<sip:alice@192.0.2.10>")

  @Test("UAS-19 a challenge has a unique nonce and qop, one row for each algorithm, the strongest first")
  func challenge() {
    let lab = makeLab()
    let first = lab.send(request)?.rows(.wwwAuthenticate) ?? []
    let second = lab.send(request)?.rows(.wwwAuthenticate) ?? []
    #expect(first.count == 2)
    #expect(first.first?.hasSuffix("qop=\"auth\", algorithm=SHA-256") == true)
    #expect(first.last?.hasSuffix("qop=\"auth\", algorithm=MD5") == true)
    #expect(first.first?.hasPrefix("Digest realm=\"sipreconcile\", nonce=\"") == true)
    #expect(first != second)
  }

  @Test("UAS-20 every algorithm is verified", arguments: DigestAlgorithm.allCases)
  func algorithms(_ algorithm: DigestAlgorithm) throws {
    let lab = makeLab { $0.algorithms = [algorithm] }
    #expect(try lab.authenticate(request)?.status == 200)
    #expect(lab.contacts() == ["sip:alice@192.0.2.10"])
    #expect(try lab.authenticate(request.changed { $0.cseq = 5 }, password: "wrong")?.status == 401)
  }

  @Test("UAS-20 a nonce may be used again with a rising nc; a replay is 401 with stale")
  func nonceCount() throws {
    let lab = makeLab()
    var client = Authenticator(credentials: [
      Credential(username: "alice", proof: .password(Secret("secret")))
    ])
    client.beginAttempt()
    let challenge = try #require(lab.send(request))
    let answered = try lab.answer(challenge, to: request, with: &client)
    #expect(lab.send(answered)?.status == 200)
    let replayed = lab.send(answered.changed { $0.cseq = 9 })
    #expect(replayed?.status == 401)
    #expect(replayed?.text.contains("stale=true") == true)
    let next = lab.repeated(request.changed { $0.cseq = 3 }, with: &client)
    #expect(lab.send(next)?.status == 200)
  }

  @Test("UAS-20 an old nonce is 401 with stale=true, and its password is right")
  func staleNonce() throws {
    let lab = makeLab()
    var client = Authenticator(credentials: [
      Credential(username: "alice", proof: .password(Secret("secret")))
    ])
    client.beginAttempt()
    let challenge = try #require(lab.send(request))
    let answered = try lab.answer(challenge, to: request, with: &client)
    lab.now = lab.now + .seconds(601)
    let answer = try #require(lab.send(answered))
    #expect(answer.status == 401)
    #expect(answer.text.contains("stale=true"))
    #expect(lab.send(try lab.answer(answer, to: request, with: &client))?.status == 200)
  }

  @Test("UAS-20 a nonce that the ring has forgotten, and one we never gave, are stale and refused")
  func forgottenNonce() throws {
    let lab = makeLab { $0.limits.nonces = 2 }
    var client = Authenticator(credentials: [
      Credential(username: "alice", proof: .password(Secret("secret")))
    ])
    client.beginAttempt()
    let challenge = try #require(lab.send(request))
    let answered = try lab.answer(challenge, to: request, with: &client)
    lab.send(request)
    lab.send(request)
    #expect(lab.send(answered)?.text.contains("stale=true") == true)
  }

  @Test("UAS-20 the credentials' uri must be the Request-URI")
  func otherURI() throws {
    let lab = makeLab()
    var client = Authenticator(credentials: [
      Credential(username: "alice", proof: .password(Secret("secret")))
    ])
    client.beginAttempt()
    let challenge = try #require(lab.send(request))
    let elsewhere = request.changed { $0.requestURI = "sip:elsewhere.example" }
    var answered = try lab.answer(challenge, to: elsewhere, with: &client)
    answered.requestURI = "sip:example.com"
    #expect(lab.send(answered)?.status == 401)
    #expect(lab.contacts().isEmpty)
  }

  @Test("load tools may be forgiven another uri, by a setting")
  func otherURIForgiven() throws {
    let lab = makeLab { $0.acceptsAnyDigestURI = true }
    var client = Authenticator(credentials: [
      Credential(username: "alice", proof: .password(Secret("secret")))
    ])
    client.beginAttempt()
    let challenge = try #require(lab.send(request))
    let withPort = request.changed { $0.requestURI = "sip:127.0.0.1:5070" }
    var answered = try lab.answer(challenge, to: withPort, with: &client)
    answered.requestURI = "sip:example.com"
    #expect(lab.send(answered)?.status == 200)
  }

  @Test("UAS-04 the right password for another address of record is 403")
  func otherIdentity() throws {
    let lab = makeLab()
    #expect(try lab.authenticate(request, as: "bob")?.status == 403)
    #expect(lab.contacts().isEmpty)
  }

  @Test("UAS-04 a user may register the addresses of record that are listed for it")
  func listedIdentities() throws {
    let identity = AddressOfRecord(try SIPURI(parsing: "sip:alice@example.com"))
    let lab = RegistrarLab {
      $0.access = .users([
        RegistrarUser(name: "a line", proof: .password(Secret("secret")), identities: [identity]),
        RegistrarUser(name: "alice", proof: .password(Secret("secret")), identities: []),
      ])
    }
    #expect(try lab.authenticate(request, as: "a line")?.status == 200)
    #expect(try lab.authenticate(request.changed { $0.cseq = 5 }, as: "alice")?.status == 403)
  }

  @Test("UAS-21 an unknown user and a wrong password get the same answer")
  func indistinguishable() throws {
    let lab = makeLab()
    let refusals = try [
      lab.authenticate(request, password: "wrong"), lab.authenticate(request, as: "nobody"),
    ]
    let wrong = try #require(refusals[0])
    let unknown = try #require(refusals[1])
    #expect(wrong.status == 401)
    #expect(unknown.status == 401)
    #expect(!wrong.text.contains("stale"))
    #expect(!unknown.text.contains("stale"))
    #expect(wrong.rows(.wwwAuthenticate).count == unknown.rows(.wwwAuthenticate).count)
  }

  @Test("an HA1 serves its algorithm only")
  func hashedPassword() throws {
    let realm = Array("sipreconcile".utf8)
    let digits = realm.withUnsafeBytes {
      DigestAnswer.secret(.md5, username: "alice", realm: $0, password: Secret("secret")).hexDigits
    }
    let lab = RegistrarLab {
      $0.access = .users([RegistrarUser(name: "alice", proof: .ha1(Secret(digits), .md5))])
    }
    #expect(try lab.authenticate(request, algorithms: [.md5])?.status == 200)
    #expect(try lab.authenticate(request.changed { $0.cseq = 5 }, algorithms: [.sha256])?.status == 401)
  }

  @Test("TOR-40 an unknown authorization scheme is challenged")
  func unknownScheme() {
    let lab = makeLab()
    let answer = lab.send(
      request.changed { $0.rows = ["Authorization: NoOneKnowsThisScheme opaque-data=here"] }
    )
    #expect(answer?.status == 401)
  }

  @Test(
    "broken credentials are challenged, and harm nothing",
    arguments: [
      "Digest", "Digest username=\"alice\"", "Digest username=\"alice", "Basic YTpi",
      "Digest realm=\"sipreconcile\", nonce=\"x\"",
      "Digest username=\"a\", realm=\"sipreconcile\", nonce=\"n\", uri=\"sip:example.com\", response=\"x\", qop=auth, nc=zz",
    ]
  )
  func brokenCredentials(_ row: String) {
    let lab = makeLab()
    #expect(lab.send(request.changed { $0.rows = ["Authorization: \(row)"] })?.status == 401)
  }
}
