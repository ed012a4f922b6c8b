import Testing

@testable import sipreconcile

@Suite struct StatusTextTests {
  @Test func aTableShowsHowAccountsStand() throws {
    try Golden.expect(
      StatusText(SampleStatus.document).lines().joined(separator: "\n") + "\n",
      equals: "status.txt"
    )
  }

  @Test("HAR-04 the JSON has the state, peer, contact, expiry, last code and what blocks of each account")
  func jsonHasTheSameFacts() throws {
    try Golden.expect(try JSONOutput.pretty(SampleStatus.document) + "\n", equals: "status.json")
  }
}
