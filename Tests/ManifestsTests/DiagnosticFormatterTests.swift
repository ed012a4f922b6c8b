import Manifests
import Reconcile
import Testing

struct DiagnosticFormatterTests {
  private let at = SourceLocation(file: "a.yaml", line: 2, column: 4)

  @Test func theCaretStandsUnderTheCodePoint() {
    let diagnostic = Diagnostic(.error, at: at, "wrong", rule: "r", sourceLine: "äö\tü: 1")
    #expect(DiagnosticFormatter().format(diagnostic) == "a.yaml:2:4: error: wrong\n  äö\tü: 1\n    \t^")
  }

  @Test func withoutALineOrAPlaceOnlyTheMessageIsShown() {
    #expect(DiagnosticFormatter().format(Diagnostic(.note, "so", rule: "r")) == "note: so")
    #expect(
      DiagnosticFormatter().format(Diagnostic(.warning, at: at, "so", rule: "r")) == "a.yaml:2:4: warning: so"
    )
  }

  @Test func coloursAreOnlyUsedWhenAsked() {
    let text = DiagnosticFormatter(usesColor: true).format(Diagnostic(.error, at: at, "wrong", rule: "r"))
    #expect(text == "\u{1b}[1ma.yaml:2:4:\u{1b}[0m \u{1b}[1;31merror:\u{1b}[0m wrong")
  }

  @Test func aLongLineIsCutAroundTheCaret() {
    let line = String(repeating: "a", count: 1000) + "X" + String(repeating: "b", count: 1000)
    let place = SourceLocation(file: "a.yaml", line: 1, column: 1001)
    let rows = DiagnosticFormatter().format(Diagnostic(.error, at: place, "m", rule: "r", sourceLine: line))
      .split(separator: "\n")
    #expect(rows[1].count < 170)
    #expect(Array(rows[1])[rows[2].count - 1] == "X")
  }

  @Test func noControlCharacterReachesTheTerminal() {
    let text = DiagnosticFormatter().format(
      Diagnostic(.error, at: at, "bad \u{1b}[31m", rule: "r", sourceLine: "a\u{1b}]0;x\u{7}")
    )
    #expect(!text.unicodeScalars.contains { $0.value == 0x1b || $0.value == 7 })
  }
}
