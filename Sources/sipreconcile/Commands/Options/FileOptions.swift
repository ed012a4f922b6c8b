import ArgumentParser
import Manifests
import Reconcile
import SIP

/// The files that declare accounts, and how their secrets are had.
struct FileOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The files; - is standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var files: [String]

  @Flag(help: "Let fromCommand run programs.")
  var allowExec = false

  /// What to do about secrets.
  enum Secrets: Sendable {
    /// A missing one is an error.
    case required
    /// A missing one is asked for when a registrar asks for it.
    case askedFor
    /// A missing one is made up: a rehearsal.
    case madeUp
    /// None is looked up.
    case ignored
  }

  /// Loads the files and their secrets; with an error it throws them all.
  func load(_ run: CommandRun, secrets: Secrets) throws(CommandFailure) -> LoadedManifests {
    var (result, credentials, missing, diagnostics) = read(run, secrets: secrets)
    guard let desired = result.desired, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw CommandFailure(.invalidManifest, diagnostics)
    }
    run.output.diagnostics(diagnostics)
    var filled = desired
    credentials.fillPushIDs(of: &filled)
    diagnostics.removeAll { $0.severity == .error }
    return LoadedManifests(
      desired: filled,
      credentials: credentials,
      missingSecrets: missing,
      diagnostics: diagnostics,
      files: result.files
    )
  }

  /// Loads the files and says all that is wrong with them.
  func check(_ run: CommandRun, secrets: Secrets) -> (DesiredState?, [Diagnostic]) {
    let (result, _, _, diagnostics) = read(run, secrets: secrets)
    return (result.desired, diagnostics)
  }

  private func read(
    _ run: CommandRun,
    secrets: Secrets
  ) -> (LoadResult, ResolvedCredentials, Set<AccountID>, [Diagnostic]) {
    var loader = ManifestLoader()
    loader.workingDirectory = run.surroundings.workingDirectory
    let result = loader.load(paths: files)
    guard let desired = result.desired, secrets != .ignored else {
      return (result, ResolvedCredentials(), [], result.diagnostics)
    }
    let resolver = run.surroundings.secretResolver(allowExec: allowExec)
    let placeholder = secrets == .madeUp ? SandboxSecret.value : nil
    let (credentials, complaints) = resolver.resolve(desired, placeholder: placeholder)
    var missing: Set<AccountID> = []
    for desired in desired.accounts
    where credentials[desired.account.id].count < desired.account.credentials.count {
      missing.insert(desired.account.id)
    }
    let isAsked = secrets == .askedFor
    let kept = complaints.filter { !(isAsked && $0.rule == "missing-secret") }
    return (result, credentials, missing, result.diagnostics + kept)
  }
}
