import Testing

@testable import SIP

struct ChallengeMemoryTests {
  private static let anyRealm = [Credential(username: "u", proof: .password(Secret("p")))]
  private static let server = "192.0.2.1:5060"

  private static func challenge(_ row: String) -> ParsedChallenge {
    Array(row.utf8).withUnsafeBytes { Challenge.parse($0) }
  }

  private static func memory(_ row: String) -> ChallengeMemory {
    var memory = ChallengeMemory()
    if case .digest(let challenge) = challenge(row) {
      _ = memory.accept(challenge, from: server, domain: "example.com")
    }
    return memory
  }

  private static func screen(
    _ memory: ChallengeMemory,
    _ rows: [String],
    from server: String = server,
    domain: String = "example.com",
    credentials: [Credential] = anyRealm,
    refuses: Bool = false
  ) -> (challenges: [ParsedChallenge], weakening: ChallengeWeakening?) {
    memory.screen(
      rows.map(challenge),
      from: server,
      domain: domain,
      credentials: credentials,
      refuses: refuses
    )
  }

  private static let strong = #"Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth""#
  private static let weak = #"Digest realm="r", nonce="n", qop="auth""#

  @Test("SEC-25 after SHA-256 an MD5 challenge of the same server is weaker; the policy decides")
  func algorithm() {
    let memory = Self.memory(Self.strong)
    let weaker = ChallengeWeakening.algorithm(now: "MD5", before: .sha256)
    let warned = Self.screen(memory, [Self.weak])
    #expect(warned.weakening == weaker && warned.challenges == [Self.challenge(Self.weak)])
    let refused = Self.screen(memory, [Self.weak], refuses: true)
    #expect(refused.weakening == weaker && refused.challenges == [.refused(weaker)])
    #expect(
      Self.screen(memory, [Self.weak, Self.strong], refuses: true).weakening == nil,
      "both are offered"
    )
    let meant = [Credential(username: "u", proof: .password(Secret("p")), algorithms: [.md5])]
    #expect(Self.screen(memory, [Self.weak], credentials: meant, refuses: true).weakening == nil)
  }

  @Test("SEC-26 after qop a challenge without it is weaker")
  func qop() {
    let memory = Self.memory(Self.weak)
    let bare = #"Digest realm="r", nonce="n""#
    #expect(Self.screen(memory, [bare]).weakening == .qop)
    #expect(Self.screen(memory, [bare], refuses: true).challenges == [.refused(.qop)])
    #expect(Self.screen(Self.memory(bare), [bare]).weakening == nil)
  }

  @Test("SEC-28 the first realm is the only one answered later, unless a credential names another")
  func realm() {
    let memory = Self.memory(Self.weak)
    let other = #"Digest realm="evil", nonce="n", qop="auth""#
    let changed = ChallengeWeakening.realm(now: "evil", before: "r")
    let screened = Self.screen(memory, [other, Self.weak])
    #expect(screened.challenges == [.refused(changed), Self.challenge(Self.weak)])
    #expect(screened.weakening == changed)
    let named = [Credential(username: "u", realm: "evil", proof: .password(Secret("p")))]
    #expect(Self.screen(memory, [other], credentials: named).weakening == nil)
    #expect(Self.screen(memory, [other], domain: "other.example").weakening == nil, "another tenant")
    #expect(Self.screen(memory, [other], from: "192.0.2.2:5060").weakening == nil, "another server")
  }

  @Test("what is known only grows stronger, and is told once")
  func growth() throws {
    var memory = ChallengeMemory()
    func accept(_ row: String) -> ServerChallenge? {
      guard case .digest(let challenge) = Self.challenge(row) else { return nil }
      return memory.accept(challenge, from: Self.server, domain: "example.com")
    }
    let first = try #require(accept(Self.weak))
    #expect(first.algorithm == .md5 && first.hasQOP && first.realm == "r")
    #expect(accept(Self.weak) == nil)
    let second = try #require(accept(#"Digest realm="r", nonce="n", algorithm=SHA-256"#))
    #expect(second.algorithm == .sha256 && second.hasQOP)
    #expect(accept(Self.weak) == nil, "weaker than what is known")
    #expect(Self.screen(ChallengeMemory([second]), [Self.weak]).weakening != nil, "a later run knows it")
    let moved = try #require(accept(#"Digest realm="s", nonce="n""#))
    #expect(moved.realm == "s" && moved.algorithm == .md5 && !moved.hasQOP)
  }

  @Test("AUT-57 the words name both and say what to do")
  func words() {
    #expect(
      ChallengeWeakening.realm(now: "b", before: "a").description
        == "the realm \"b\", where this server had \"a\" before; if that is right, write the new realm under `auth`"
    )
    #expect(
      ChallengeWeakening.algorithm(now: "MD5", before: .sha256).description
        == "Digest MD5, where this server had SHA-256 before; if that is right, write algorithms: [MD5] under `auth`"
    )
  }
}
