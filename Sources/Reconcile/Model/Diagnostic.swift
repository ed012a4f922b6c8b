/// A place in a manifest; lines and columns count from 1.
public struct SourceLocation: Sendable, Hashable, Codable {
  public var file: String
  public var line: Int
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension SourceLocation: CustomStringConvertible {
  public var description: String { "\(file):\(line):\(column)" }
}

/// One complaint about a manifest, as a compiler would make it.
public struct Diagnostic: Sendable, Hashable, Codable {
  public enum Severity: String, Sendable, Hashable, Codable { case error, warning, note }

  public var severity: Severity
  /// Nil for what belongs to no place in a file.
  public var at: SourceLocation?
  /// What is wrong, what is allowed, and what to do. Never the value of a secret.
  public var message: String
  /// A short stable name of the rule, such as `unknown-key`.
  public var rule: String
  /// The source line, for the caret under it; nil where it may hold a secret.
  public var sourceLine: String?

  public init(
    _ severity: Severity,
    at location: SourceLocation? = nil,
    _ message: String,
    rule: String,
    sourceLine: String? = nil
  ) {
    self.severity = severity
    self.at = location
    self.message = message
    self.rule = rule
    self.sourceLine = sourceLine
  }
}
