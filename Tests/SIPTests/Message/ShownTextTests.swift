import SIP
import Testing

@Suite struct ShownTextTests {
  @Test(
    "SEC-06 bidi, invisible and tag characters are escaped",
    arguments: [
      "\u{202E}", "\u{2066}", "\u{200B}", "\u{FEFF}", "\u{AD}", "\u{E0041}", "\u{2028}", "\u{61C}",
    ]
  )
  func invisibleCharactersAreEscaped(_ text: String) {
    let scalar = text.unicodeScalars.first!
    let digits = String(scalar.value, radix: 16, uppercase: true)
    #expect(ShownText.escape("a\(text)b") == "a\\u{\(digits)}b")
  }

  @Test("SEC-08 a line break cannot start a new record")
  func lineBreaksAreEscaped() {
    #expect(ShownText.escape("a\r\nb\u{85}c") == "a\\u{D}\\u{A}b\\u{85}c")
  }

  @Test func ordinaryTextOfAnyScriptStays() {
    let text = "Größe 10 µs, 東京, مرحبا, 🎈"
    #expect(ShownText.escape(text) == text)
  }

  @Test func linesOfOurOwnTextStay() {
    #expect(ShownText.escapeLines("a\u{1B}\nb") == "a\\u{1B}\nb")
  }
}
