import SIP
import TestSupport
import Testing

/// Our digest answers, judged by a real registrar.
@Suite(.serialized)
struct AuthenticatorInteropTests {
  @Test(
    "AUT-09 AUT-20 AUT-21 Kamailio accepts our answer in each form that it can check",
    arguments: [
      (KamailioSettings.Algorithm.md5, KamailioSettings.Quality.none), (.md5, .auth), (.sha256, .none),
      (.sha256, .auth),
    ]
  )
  func kamailioAcceptsOurAnswer(
    algorithm: KamailioSettings.Algorithm,
    quality: KamailioSettings.Quality
  ) async throws {
    var settings = KamailioSettings()
    settings.algorithm = algorithm
    settings.quality = quality
    try await KamailioProcess.with(settings) { kamailio in
      var register = try HandmadeRegister(
        user: "alice",
        credentials: credentials("secret"),
        server: kamailio.port,
        seed: 1
      )
      let codes = try await register.attempt().codes
      #expect(codes == [401, 200])
      let contact = register.contact
      let bindings = try await kamailio.bindings()[register.identity]
      #expect(bindings?.map(\.contact) == [contact])
      #expect(bindings?.first?.cseq == 2)
    }
  }

  @Test("AUT-34 AUT-35 LOD-14 a nonce is used again, and an unknown one costs one round")
  func aNonceIsUsedAgain() async throws {
    try await KamailioProcess.with { kamailio in
      var register = try HandmadeRegister(
        user: "bob",
        credentials: credentials("secret"),
        server: kamailio.port,
        seed: 2
      )
      var codes = try await register.attempt().codes
      #expect(codes == [401, 200])
      codes = try await register.attempt().codes
      #expect(codes == [200])
      try await kamailio.kill()
      try await kamailio.startAgain()
      codes = try await register.attempt().codes
      #expect(codes == [401, 200])
      codes = try await register.attempt(expires: 0).codes
      #expect(codes == [200])
      let left = try await kamailio.bindings()
      #expect(left.isEmpty)
    }
  }

  @Test("AUT-35 a registrar whose nonces are good for one request gets one round more each time")
  func oneTimeNonces() async throws {
    var settings = KamailioSettings()
    settings.oneTimeNonces = true
    try await KamailioProcess.with(settings) { kamailio in
      var register = try HandmadeRegister(
        user: "carol",
        credentials: credentials("secret"),
        server: kamailio.port,
        seed: 3
      )
      for _ in 0..<3 {
        let codes = try await register.attempt().codes
        #expect(codes == [401, 200])
      }
    }
  }

  @Test("AUT-37 a wrong password is sent once, and a rotated one is accepted")
  func aWrongPasswordIsSentOnce() async throws {
    try await KamailioProcess.with { kamailio in
      var register = try HandmadeRegister(
        user: "dave",
        credentials: credentials("secret"),
        server: kamailio.port,
        seed: 4
      )
      let before = try await register.attempt()
      #expect(before.codes == [401, 200])
      try await kamailio.setPassword("rotated")
      let refused = try await register.attempt()
      #expect(refused.codes == [401, 401])
      #expect(refused.refusal == .rejected(realm: "127.0.0.1"))
      register.authenticator.replaceCredentials(credentials("rotated"))
      let after = try await register.attempt()
      #expect(after.codes == [401, 200])
    }
  }

  @Test("AUT-55 an HA1 is accepted like the password that it was made of")
  func anHA1IsAccepted() async throws {
    try await KamailioProcess.with { kamailio in
      // MD5 of lab:127.0.0.1:secret
      let proof = Credential.Proof.ha1(Secret("06e758e7a127066fd6c57dfcf04f2399"), .md5)
      let credential = Credential(username: "lab", realm: "127.0.0.1", proof: proof)
      var register = try HandmadeRegister(
        user: "erin",
        credentials: [credential],
        server: kamailio.port,
        seed: 5
      )
      let codes = try await register.attempt().codes
      #expect(codes == [401, 200])
    }
  }

  @Test("AUT-58 a registrar that does not challenge gets no answer")
  func anOpenRegistrar() async throws {
    var settings = KamailioSettings()
    settings.challenges = false
    try await KamailioProcess.with(settings) { kamailio in
      var register = try HandmadeRegister(
        user: "frank",
        credentials: credentials("secret"),
        server: kamailio.port,
        seed: 6
      )
      let codes = try await register.attempt().codes
      #expect(codes == [200])
      let requests = try kamailio.requests()
      #expect(requests.map(\.hasAuthorization) == [false, false])
      #expect(requests.map(\.kind) == [.received, .saved])
      #expect(requests.first?.contact == "<\(register.contact)>")
      #expect(requests.first?.expires == 300)
    }
  }

  private func credentials(_ password: String) -> [Credential] {
    [Credential(username: "lab", proof: .password(Secret(password)))]
  }
}
