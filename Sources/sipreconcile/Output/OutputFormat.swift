import ArgumentParser

/// The form of a command's payload.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// For people.
  case human
  /// One JSON document.
  case json
  /// One JSON document a line, as things happen; the last is a `run_summary`.
  case ndjson
  /// Tables to paste into a pull request.
  case markdown

  /// True where a person reads, and no program.
  var isForPeople: Bool {
    switch self {
    case .human, .markdown: true
    case .json, .ndjson: false
    }
  }
}
