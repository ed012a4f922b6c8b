import Testing

@testable import sipreconcile

@Suite struct DoctorTextTests {
  @Test func aLineForEachCheck() throws {
    let text = DoctorText(SampleHop.document).lines().joined(separator: "\n") + "\n"
    try Golden.expect(text, equals: "doctor.txt")
  }

  @Test func tablesForAPullRequest() throws {
    let text = DoctorMarkdown(SampleHop.document).lines().joined(separator: "\n") + "\n"
    try Golden.expect(text, equals: "doctor.md")
  }

  @Test("what a server says moves no cursor")
  func textOfOthers() {
    var document = SampleHop.document
    document.local = [Finding(.state, .ok, "a\u{1B}[2J")]
    #expect(DoctorText(document).lines().allSatisfy { !$0.contains("\u{1B}") })
  }
}
