import Agent
import Manifests
import Reconcile
import SIP
import Synchronization

/// The files of a watch, read anew whenever they changed, their secrets included.
final class ManifestSource: DesiredSource {
  private let files: ManifestFiles
  private let secrets: ManifestFiles.Secrets
  private let tokens: RenewedTokens
  private let run: CommandRun
  /// Those of the last reading that was valid: an account that leaves the files is unregistered with them.
  private let last: Mutex<AccountCredentials?> = Mutex(nil)

  init(_ files: ManifestFiles, secrets: ManifestFiles.Secrets, tokens: RenewedTokens, _ run: CommandRun) {
    self.files = files
    self.secrets = secrets
    self.tokens = tokens
    self.run = run
  }

  func load() async -> LoadedDesired {
    let reading = files.read(run, secrets: secrets)
    let isInvalid = reading.diagnostics.contains { $0.severity == .error }
    let paths = reading.result.files.map { files.absolute($0, run) }
    let digest = reading.result.contentDigest.description
    guard !isInvalid, var desired = reading.result.desired else {
      return LoadedDesired(desired: nil, diagnostics: reading.diagnostics, files: paths, digest: digest)
    }
    reading.credentials.fillPushIDs(of: &desired)
    let credentials = remember(reading)
    tokens.declare(desired)
    return LoadedDesired(
      desired: desired,
      diagnostics: reading.diagnostics,
      files: paths,
      digest: digest,
      credentials: { credentials.credentials(of: $0) }
    )
  }

  private func remember(_ reading: ManifestReading) -> AccountCredentials {
    var credentials = AccountCredentials(
      resolver: run.surroundings.secretResolver(allowExec: files.allowExec)
    )
    credentials.resolved = reading.credentials
    if secrets == .askedFor { credentials.ask = AccountCredentials.asking(run.console) }
    return last.withLock { last in
      if let last { credentials.keepDeparted(of: last) }
      last = credentials
      return credentials
    }
  }
}
