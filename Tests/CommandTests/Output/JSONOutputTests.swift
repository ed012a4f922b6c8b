import Testing

@testable import sipreconcile

@Suite struct JSONOutputTests {
  @Test("SEC-06 JSON stays one valid line, with the same characters escaped")
  func jsonIsEscapedToo() throws {
    struct Text: Encodable { var text: String }
    let line = try JSONOutput.line(Text(text: "a\u{1B}\u{202E}\u{E0041}\u{7F}\n"))
    #expect(line == #"{"text":"a\u001b\u202e\udb40\udc41\u007f\n"}"#)
  }
}
