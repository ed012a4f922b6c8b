import Agent
import Manifests
import Reconcile
import SIP

/// Writes what a run finds and does, in the form that was asked for.
///
/// Whatever the form, the same documents are written. JSON is one document on standard output; NDJSON one
/// event a line, with a `run_summary` at the end; people get text, with complaints on standard error.
struct RunOutput: Sendable {
  var format: OutputFormat
  var console: Console
  /// Colours of standard output and of standard error.
  var palette: Palette
  var errorPalette: Palette
  var logLevel: LogLevel
  var runID: String
  private let clock: any RunClock

  /// The wall clock.
  func now() -> Timestamp { clock.time }

  init(_ options: OutputOptions, _ surroundings: Surroundings) {
    self.init(options.output, color: options.color, logLevel: options.logLevel, surroundings)
  }

  init(_ format: OutputFormat, color: ColorChoice, logLevel: LogLevel, _ surroundings: Surroundings) {
    self.format = format
    self.logLevel = logLevel
    console = surroundings.console
    let environment = surroundings.environment
    palette = Palette(
      isEnabled: color.isEnabled(isTerminal: console.isOutputTerminal, environment: environment)
    )
    errorPalette = Palette(
      isEnabled: color.isEnabled(isTerminal: console.isErrorTerminal, environment: environment)
    )
    runID = surroundings.makeRunID()
    clock = surroundings.clock
  }

  /// One note for people, on standard error.
  func note(_ level: LogLevel, _ message: String) {
    guard level >= logLevel else { return }
    let prefix =
      switch level {
      case .error: errorPalette.paint("error:", .red) + " "
      case .warning: errorPalette.paint("warning:", .magenta) + " "
      case .info, .debug: ""
      }
    console.note(prefix + ShownText.escapeLines(message))
  }

  /// Complaints about files, or why a run could not begin: text on standard error, events in NDJSON.
  func diagnostics(_ diagnostics: [Diagnostic]) {
    switch format {
    case .ndjson: for diagnostic in diagnostics { event(.diagnostic(diagnostic, at: now(), run: runID)) }
    case .human, .json, .markdown:
      let formatter = DiagnosticFormatter(usesColor: errorPalette.isEnabled)
      for diagnostic in diagnostics where diagnostic.level >= logLevel {
        console.note(formatter.format(diagnostic))
      }
    }
  }

  func plan(_ document: PlanDocument) {
    switch format {
    case .human: for line in PlanText(document, palette: palette).lines() { console.output(line) }
    case .markdown: for line in PlanMarkdown(document).lines() { console.output(line) }
    case .json: json(document)
    case .ndjson: for event in EventDocument.events(of: document, at: now(), run: runID) { self.event(event) }
    }
  }

  /// - Parameter isWatched: a watch did this, and goes on.
  func report(_ document: ReportDocument, isWatched: Bool = false) {
    switch format {
    case .human:
      let text = ReportText(document, palette: palette, isWatched: isWatched)
      for line in text.lines() { console.output(line) }
    case .markdown:
      for line in ReportMarkdown(document, isWatched: isWatched).lines() { console.output(line) }
    case .json: write { try ReportJSON.text(of: document) }
    // Each outcome was written when it came.
    case .ndjson: break
    }
  }

  /// The end of a run that could not do its work.
  ///
  /// - Parameter isNoted: standard error has it already.
  func failure(_ failure: CommandFailure, isNoted: Bool = false) {
    if !isNoted || format == .ndjson { diagnostics(failure.diagnostics) }
    if format == .json { json(DiagnosticDocument(failure.diagnostics)) }
  }

  /// The last line of NDJSON.
  func finish(_ status: ExitStatus, summary: ReportDocument.Summary? = nil) {
    guard format == .ndjson else { return }
    event(.runSummary(status, summary: summary, at: now(), run: runID))
  }

  /// One event; only NDJSON shows it.
  func event(_ document: EventDocument) {
    guard format == .ndjson, let line = line(of: document) else { return }
    console.output(line)
  }

  /// One event as a line; nil, and an error noted, where it cannot be written as JSON.
  func line(of document: EventDocument) -> String? {
    do {
      return try JSONOutput.line(document)
    } catch {
      noteUnwritable(error)
      return nil
    }
  }

  func json(_ document: some Encodable) { write { try JSONOutput.pretty(document) } }

  func jsonLine(_ document: some Encodable) { write { try JSONOutput.line(document) } }

  private func write(_ text: () throws -> String) {
    do {
      console.output(try text())
    } catch {
      noteUnwritable(error)
    }
  }

  private func noteUnwritable(_ error: any Error) {
    note(.error, "the document could not be written as JSON: \(error)")
  }
}

extension Diagnostic {
  fileprivate var level: LogLevel {
    switch severity {
    case .error: .error
    case .warning: .warning
    case .note: .info
    }
  }
}
