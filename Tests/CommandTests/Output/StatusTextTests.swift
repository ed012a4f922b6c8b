import Agent
import Testing

@testable import sipreconcile

@Suite struct StatusTextTests {
  @Test func aTableShowsHowAccountsStand() throws {
    try Golden.expect(
      StatusText(SampleStatus.document).lines().joined(separator: "\n") + "\n",
      equals: "status.txt"
    )
  }

  @Test("GRU-02 GRU-03 GRUUs are shown to the letter, in words and as JSON")
  func gruusAreShown() throws {
    var document = SampleStatus.document
    document.accounts[0].publicGRUU = "sip:A@h;gr=%31"
    document.accounts[0].temporaryGRUU = "sip:t==@h;gr"
    let lines = StatusText(document).lines()
    #expect(lines.contains("    GRUU: sip:A@h;gr=%31"))
    #expect(lines.contains("    temporary GRUU: sip:t==@h;gr"))
    let json = try JSONOutput.pretty(document)
    #expect(json.contains(#""publicGRUU" : "sip:A@h;gr=%31""#))
    #expect(json.contains(#""temporaryGRUU" : "sip:t==@h;gr""#))
  }

  @Test("SEC-24 status says which accounts the registrar did not ask for their passwords")
  func unauthenticatedIsShown() throws {
    var document = SampleStatus.document
    document.accounts[0].unauthenticated = true
    let line = "    Not authenticated: the registrar did not ask for the password"
    #expect(StatusText(document).lines().contains(line))
    #expect(try JSONOutput.pretty(document).contains(#""unauthenticated" : true"#))
  }

  @Test("HAR-04 the JSON has the state, peer, contact, expiry, last code and what blocks of each account")
  func jsonHasTheSameFacts() throws {
    try Golden.expect(try JSONOutput.pretty(SampleStatus.document) + "\n", equals: "status.json")
  }
}
