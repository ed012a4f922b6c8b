import Agent
import ArgumentParser
import Reconcile

/// Checks files without any network.
struct ValidateCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check files: all errors at once, without any network.",
    discussion: """
      Every complaint names file, line and column, like a compiler's. Secrets are looked up too; \
      --no-secrets leaves that out, for a machine that does not have them. With any error the exit status \
      is 3.

      EXAMPLE:
        sipreconcile validate accounts.yaml
      """
  )

  @OptionGroup var fileOptions: FileOptions

  @Flag(help: "Do not look secrets up.")
  var noSecrets = false

  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let (desired, diagnostics) = try await BoundedRun(run: run).carryOut {
      () async throws(CommandFailure) in
      try await fileOptions.manifests.check(run, secrets: noSecrets ? .ignored : .required)
    }
    run.keepUntilExit(desired)
    run.output.diagnostics(diagnostics)
    let document = DiagnosticDocument(diagnostics)
    switch run.output.format {
    case .json: run.output.json(document)
    case .human, .markdown: run.console.output(Self.verdict(document, accounts: desired?.accounts.count ?? 0))
    case .ndjson: break
    }
    return document.summary.errors > 0 ? CommandEnd(.invalidManifest) : .done
  }

  private static func verdict(_ document: DiagnosticDocument, accounts: Int) -> String {
    let summary = document.summary
    let warnings = summary.warnings == 0 ? "" : Columns.count(summary.warnings, "warning", "warnings")
    guard summary.errors > 0 else {
      let valid = "Valid: \(Columns.count(accounts, "account", "accounts"))"
      let empty = accounts == 0 ? " apply refuses files without any account, unless --allow-empty." : ""
      return (warnings.isEmpty ? "\(valid)." : "\(valid), \(warnings).") + empty
    }
    let errors = Columns.count(summary.errors, "error", "errors")
    return warnings.isEmpty ? "Not valid: \(errors)." : "Not valid: \(errors), \(warnings)."
  }
}
