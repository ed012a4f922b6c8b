import SIP
import Testing

@testable import sipreconcile

@Suite struct FetchFindingsTests {
  private static let offer = FetchExchange.Offer(realm: "example.org", name: "SHA-256", isAnswerable: true)

  private func finding(
    _ outcome: FetchFacts.Outcome,
    offers: [FetchExchange.Offer] = [],
    sentCredentials: Bool = false,
    declared: [FetchFacts.Declared] = [FetchFacts.Declared(username: "alice")],
    isBound: Bool = false
  ) -> Finding {
    var facts = FetchFacts("office", outcome)
    facts.exchange.offers = offers
    facts.exchange.sentCredentials = sentCredentials
    facts.declared = declared
    facts.isBound = isBound
    return FetchFindings(facts).make()
  }

  @Test func acceptedCredentialsTellRealmAlgorithmsAndBindings() {
    let found = finding(.listed(2), offers: [Self.offer], sentCredentials: true)
    #expect(found.verdict == .ok && found.account == "office")
    #expect(found.message == #"the credentials are accepted (realm "example.org", SHA-256); 2 bindings"#)
  }

  @Test func aRegistrarWithoutPasswordIsTold() {
    #expect(finding(.listed(0)).message == "the registrar asks for no password; nothing is bound")
  }

  @Test("a refused password is a problem")
  func refused() {
    let found = finding(
      .refused(code: 401, reason: "Unauthorized"),
      offers: [Self.offer],
      sentCredentials: true
    )
    #expect(found.verdict == .problem)
    #expect(
      found.message == #"the registrar refuses the credentials of "alice" (realm "example.org", SHA-256)"#
    )
  }

  @Test("a realm that the file does not name is told with both realms")
  func anotherRealm() {
    let found = finding(
      .refused(code: 401, reason: "Unauthorized"),
      offers: [Self.offer],
      declared: [FetchFacts.Declared(username: "alice", realm: "example.com")]
    )
    #expect(found.verdict == .problem)
    #expect(found.message == #"the registrar's realm is "example.org", and the file's is "example.com""#)
    #expect(found.remedy == "Write realm: example.org, or leave realm out.")
  }

  @Test func aMissingPasswordIsToldWithItsRealm() {
    let found = finding(.refused(code: 401, reason: ""), offers: [Self.offer], declared: [])
    #expect(found.remedy == #"Add auth for the realm "example.org"."#)
  }

  @Test("an algorithm that the credential does not allow is told")
  func anAlgorithm() {
    let declared = FetchFacts.Declared(username: "alice", algorithms: [.sha512t256])
    let found = finding(.refused(code: 407, reason: ""), offers: [Self.offer], declared: [declared])
    #expect(found.message.contains("which the credential does not allow"))
  }

  @Test("a challenge that nobody can answer is told as it is")
  func unanswerable() {
    let basic = FetchExchange.Offer(realm: nil, name: "Basic", isAnswerable: false)
    let found = finding(.refused(code: 401, reason: ""), offers: [basic])
    #expect(
      found.message == "the registrar asks for a password and offers only Basic, which cannot be answered"
    )
    #expect(finding(.refused(code: 401, reason: "")).message.contains("sends no challenge"))
  }

  @Test("a registrar that refuses the question alone is a warning")
  func theQuestion() {
    let known = finding(.refused(code: 403, reason: "Forbidden"), isBound: true)
    #expect(known.verdict == .warning)
    #expect(
      known.message
        == "the registrar refuses the question (403 Forbidden), though it accepted the registration"
    )
    #expect(finding(.refused(code: 400, reason: "Bad Request")).verdict == .warning)
    #expect(finding(.refused(code: 403, reason: "Forbidden")).verdict == .problem)
    #expect(finding(.refused(code: 404, reason: "Not Found")).remedy != nil)
  }

  @Test(
    "what could not be asked is a problem",
    arguments: [
      FetchFacts.Outcome.unanswered("none came within 10.0 s"), .withoutSecret, .unreachable, .cutOff,
    ]
  )
  func notAsked(_ outcome: FetchFacts.Outcome) { #expect(finding(outcome).verdict == .problem) }
}
