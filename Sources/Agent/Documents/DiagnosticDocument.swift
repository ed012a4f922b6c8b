package import Reconcile

/// Complaints, as JSON: what `validate` found, or why another command could not begin.
package struct DiagnosticDocument: Codable, Sendable, Equatable {
  package static let formatName = "sipreconcile.diagnostics/1"

  /// One complaint, with its place where it has one.
  package struct Entry: Codable, Sendable, Equatable {
    package var severity: String
    package var file: String?
    package var line: Int?
    package var column: Int?
    package var message: String
    package var rule: String
  }

  /// How many there are of each severity.
  package struct Summary: Codable, Sendable, Equatable {
    package var errors: Int
    package var warnings: Int
    package var notes: Int
  }

  package var format = formatName
  package var diagnostics: [Entry]
  package var summary: Summary

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics.map(Entry.init)
    let count = { (severity: Diagnostic.Severity) in diagnostics.count { $0.severity == severity } }
    summary = Summary(errors: count(.error), warnings: count(.warning), notes: count(.note))
  }
}

extension DiagnosticDocument.Entry {
  package init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    file = diagnostic.at?.file
    line = diagnostic.at?.line
    column = diagnostic.at?.column
    message = diagnostic.message
    rule = diagnostic.rule
  }
}
