public import Reconcile

/// Writes diagnostics as a compiler does: place, severity, message, source line and caret.
public struct DiagnosticFormatter: Sendable {
  /// True puts ANSI colours around the severity, the place and the caret.
  public var usesColor: Bool

  public init(usesColor: Bool = false) { self.usesColor = usesColor }

  /// One diagnostic, without a newline at the end.
  public func format(_ diagnostic: Diagnostic) -> String {
    var text = ""
    if let at = diagnostic.at { text += paint("\(printable(at.file)):\(at.line):\(at.column):", "1") + " " }
    text += paint(diagnostic.severity.rawValue + ":", color(of: diagnostic.severity)) + " "
    text += printable(diagnostic.message)
    if let line = diagnostic.sourceLine, let at = diagnostic.at {
      text += "\n" + excerpt(line, column: at.column)
    }
    return text
  }

  /// Every diagnostic, each followed by a newline.
  public func format(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { format($0) + "\n" }.joined()
  }

  /// Code points of a source line that are shown; a longer line is cut around the caret.
  private static let width = 160

  /// The line and a caret under the code point of that column; tabs stay tabs, so that the caret lines up.
  private func excerpt(_ line: String, column: Int) -> String {
    let scalars = Array(line.unicodeScalars)
    let caret = min(max(column - 1, 0), scalars.count)
    let start = caret < DiagnosticFormatter.width ? 0 : caret - DiagnosticFormatter.width / 2
    let end = min(scalars.count, start + DiagnosticFormatter.width)
    var shown = start > 0 ? "…" : ""
    var padding = start > 0 ? " " : ""
    for index in start..<end {
      shown += escaped(scalars[index], keepsTab: true)
      if index < caret { padding += scalars[index] == "\t" ? "\t" : " " }
    }
    if end < scalars.count { shown += "…" }
    return "  \(shown)\n  \(padding)" + paint("^", "1;32")
  }

  /// No control character of a file reaches the terminal.
  private func printable(_ text: String) -> String {
    text.unicodeScalars.contains { isControl($0) }
      ? text.unicodeScalars.map { escaped($0, keepsTab: false) }.joined() : text
  }

  private func escaped(_ scalar: Unicode.Scalar, keepsTab: Bool) -> String {
    guard isControl(scalar), !(keepsTab && scalar == "\t") else { return String(scalar) }
    return keepsTab ? "\u{fffd}" : "\\u{\(String(scalar.value, radix: 16))}"
  }

  /// Controls, and the marks that reorder or break lines on a terminal.
  private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  private func color(of severity: Diagnostic.Severity) -> String {
    switch severity {
    case .error: "1;31"
    case .warning: "1;35"
    case .note: "1;36"
    }
  }

  private func paint(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
