import Reconcile

/// The lines of a file with their numbers.
struct SourceLines: Sequence {
  let source: ImportSource

  func makeIterator() -> AnyIterator<(text: Substring, at: SourceLocation)> {
    var lines = source.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
    var number = 0
    return AnyIterator {
      guard let line = lines.popFirst() else { return nil }
      number += 1
      // A byte order mark belongs to no line.
      let text = number == 1 && line.first == "\u{FEFF}" ? line.dropFirst() : line
      return (text, SourceLocation(file: source.path, line: number, column: 1))
    }
  }
}
