/// Aligns texts that are seen in a terminal.
enum Columns {
  /// The text, filled with spaces up to a width; a longer one is left as it is.
  static func pad(_ text: String, to width: Int) -> String {
    let count = text.count
    return count < width ? text + String(repeating: " ", count: width - count) : text
  }

  /// The width of the longest text, at most `limit`, so that one long name does not push all others away.
  static func width(_ texts: some Sequence<String>, limit: Int = 32) -> Int {
    min(limit, texts.lazy.map(\.count).max() ?? 0)
  }

  /// `1 change`, `2 changes`.
  static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}
