import SIP
import Testing

/// How a registration answers challenges, and when it stops doing so.
struct RegistrationChallengeTests {
  @Test("AUT-56 AUT-57 without a credential nothing is answered, and the realm is told")
  func aChallengeWithoutACredentialStalls() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 401), challenges: [.challenge(realm: "atlanta")])
    #expect(bench.machine.failure == .noCredential(realm: "atlanta"))
    #expect(bench.actions.contains(.askCredential(realm: "atlanta", algorithms: [.md5])))
    #expect(bench.pause == .seconds(3600))
  }

  @Test("AUT-37 AUT-38 a wrong password is sent once, and then not for an hour")
  func aWrongPasswordIsNotHammered() {
    let credential = Credential(username: "alice", proof: .password(Secret("wrong")))
    var bench = RegistrationBench(credentials: [credential])
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 401), challenges: [.challenge(realm: "a", nonce: "n1")])
    #expect(bench.actions == [.sendAgain])
    bench.begin()
    var message: [UInt8] = []
    bench.machine.authenticator.appendAuthorization(
      to: &message,
      method: "REGISTER",
      uri: Array("sip:a".utf8),
      using: &bench.random
    )
    bench.receive(RegisterAnswer(code: 401), challenges: [.challenge(realm: "a", nonce: "n2")])
    #expect(bench.machine.failure == .credentialRejected(realm: "a"))
    #expect(bench.pause == .seconds(3600))
  }

  @Test("AUT-46 a 401 without a challenge is a failure with back-off")
  func aBareChallengeBacksOff() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 401))
    #expect(!bench.actions.contains(.sendAgain))
    #expect((bench.pause ?? .zero) >= .seconds(15))
  }
}
