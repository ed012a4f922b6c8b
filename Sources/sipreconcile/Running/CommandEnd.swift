import Agent

/// How a command ended.
struct CommandEnd: Sendable, Equatable {
  var status: ExitStatus
  /// What came of the changes, where there were any to carry out.
  var summary: ReportDocument.Summary?

  init(_ status: ExitStatus, summary: ReportDocument.Summary? = nil) {
    self.status = status
    self.summary = summary
  }

  static let done = CommandEnd(.done)
}
