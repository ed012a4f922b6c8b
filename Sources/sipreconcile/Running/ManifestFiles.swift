import Manifests
import Reconcile

/// The files that declare accounts, and how their secrets are had.
struct ManifestFiles: Sendable {
  /// Files, folders with .yaml files, or `-` for standard input.
  var paths: [String]
  /// Lets `fromCommand` run programs.
  var allowExec = false
  /// `include` reads files below this folder; nil: only below that of the file.
  var includeRoot: String?
  /// Where relative paths start; nil: where the program runs.
  var folder: String?

  func absolute(_ path: String, _ run: CommandRun) -> String {
    FilePath.absolute(path, in: folder ?? run.surroundings.workingDirectory)
  }

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
  ///
  /// - Parameter showsWarnings: false where the caller shows them with the result.
  func load(
    _ run: CommandRun,
    secrets: Secrets,
    showsWarnings: Bool = true
  ) async throws(CommandFailure) -> LoadedManifests {
    let reading = try await readInTime(run, secrets: secrets)
    let isInvalid = reading.diagnostics.contains { $0.severity == .error }
    guard !isInvalid, var desired = reading.result.desired else {
      throw CommandFailure(.invalidManifest, reading.diagnostics)
    }
    if showsWarnings { run.output.diagnostics(reading.diagnostics) }
    reading.credentials.fillPushIDs(of: &desired)
    return LoadedManifests(
      desired: desired,
      credentials: reading.credentials,
      missingSecrets: reading.missing,
      diagnostics: reading.diagnostics,
      contentDigest: reading.result.contentDigest.description,
      files: reading.result.files
    )
  }

  /// Loads the files without their secrets; with an error it throws them all.
  func result(_ run: CommandRun) async throws(CommandFailure) -> LoadResult {
    let reading = try await readInTime(run, secrets: .ignored)
    guard reading.result.desired != nil else { throw CommandFailure(.invalidManifest, reading.diagnostics) }
    run.output.diagnostics(reading.diagnostics)
    return reading.result
  }

  /// Loads the files and says all that is wrong with them.
  func check(
    _ run: CommandRun,
    secrets: Secrets
  ) async throws(CommandFailure) -> (DesiredState?, [Diagnostic]) {
    let reading = try await readInTime(run, secrets: secrets)
    return (reading.result.desired, reading.diagnostics)
  }

  /// Loads the files for those who look into what is wrong: what is the matter with secrets and with the files of
  /// `tls:` comes beside, and any other error is thrown with all of them.
  func inspect(_ run: CommandRun) async throws(CommandFailure) -> (ManifestReading, [Diagnostic]) {
    let reading = try await readInTime(run, secrets: .required)
    let isBeside = { (diagnostic: Diagnostic) in
      ["missing-secret", "exposed-secret", "tls"].contains(diagnostic.rule)
    }
    let others = reading.diagnostics.filter { !isBeside($0) }
    guard !others.contains(where: { $0.severity == .error }), reading.result.desired != nil else {
      throw CommandFailure(.invalidManifest, reading.diagnostics)
    }
    run.output.diagnostics(others)
    return (reading, reading.diagnostics.filter(isBeside))
  }

  /// Reads the files, unless the run has to end before: standard input or a program may take for ever.
  private func readInTime(_ run: CommandRun, secrets: Secrets) async throws(CommandFailure) -> ManifestReading
  {
    let reading = await BlockingWork.run { read(run, secrets: secrets) }
    try run.stop.check()
    if let reading { return reading }
    throw CommandFailure(.failed, "the files were not read to their end", rule: "file")
  }

  /// Reads the files and looks their secrets up; what is wrong is in the diagnostics.
  func read(_ run: CommandRun, secrets: Secrets) -> ManifestReading {
    var loader = ManifestLoader()
    loader.workingDirectory = folder ?? run.surroundings.workingDirectory
    loader.includeRoot = includeRoot.map { run.surroundings.absolute($0) }
    let result = loader.load(paths: paths)
    var reading = ManifestReading(result: result, diagnostics: result.diagnostics)
    // Accounts that are declared wrongly are looked at too: all errors are told at once.
    guard secrets != .ignored else { return reading }
    let desired = result.desired ?? result.decoded
    let resolver = run.surroundings.secretResolver(allowExec: allowExec)
    let placeholder = secrets == .madeUp ? SandboxSecret.value : nil
    let (credentials, complaints) = resolver.resolve(desired, placeholder: placeholder)
    reading.credentials = credentials
    if complaints.contains(where: { $0.rule == "missing-secret" }) {
      for account in desired.accounts.lazy.map(\.account)
      where credentials[account.id].count < account.credentials.count { reading.missing.insert(account.id) }
    }
    let isAsked = secrets == .askedFor
    // A rehearsal uses no TLS.
    let unusable = secrets == .madeUp ? [] : TLSFileCheck.diagnostics(desired)
    let told = complaints.filter { !(isAsked && $0.rule == "missing-secret") } + unusable
    if !told.isEmpty { reading.diagnostics = (reading.diagnostics + told).sortedByPlace(files: paths) }
    return reading
  }
}
