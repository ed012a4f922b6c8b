import Reconcile

/// Complaints, as JSON: what `validate` found, or why another command could not begin.
struct DiagnosticDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.diagnostics/1"

  /// One complaint, with its place where it has one.
  struct Entry: Encodable, Sendable, Equatable {
    var severity: String
    var file: String?
    var line: Int?
    var column: Int?
    var message: String
    var rule: String
  }

  /// How many there are of each severity.
  struct Summary: Encodable, Sendable, Equatable {
    var errors: Int
    var warnings: Int
    var notes: Int
  }

  var format = formatName
  var diagnostics: [Entry]
  var summary: Summary

  init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics.map(Entry.init)
    let count = { (severity: Diagnostic.Severity) in diagnostics.count { $0.severity == severity } }
    summary = Summary(errors: count(.error), warnings: count(.warning), notes: count(.note))
  }
}

extension DiagnosticDocument.Entry {
  init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    file = diagnostic.at?.file
    line = diagnostic.at?.line
    column = diagnostic.at?.column
    message = diagnostic.message
    rule = diagnostic.rule
  }
}
