import Agent
import Manifests
import Reconcile

/// The files of the command line, read again each time an agent asks.
struct ManifestSource: DesiredSource {
  let options: FileOptions
  let surroundings: Surroundings

  func load() async -> LoadedDesired {
    var loader = ManifestLoader()
    loader.workingDirectory = surroundings.workingDirectory
    let result = loader.load(paths: options.files)
    let resolver = surroundings.secretResolver(allowExec: options.allowExec)
    var credentials = AccountCredentials(resolver: resolver)
    var diagnostics = result.diagnostics
    var desired = result.desired
    if var filled = desired {
      let (resolved, complaints) = resolver.resolve(filled)
      diagnostics += complaints
      resolved.fillPushIDs(of: &filled)
      credentials.resolved = resolved
      credentials.declared = Dictionary(filled.accounts.map { ($0.account.id, $0.account) }) { first, _ in
        first
      }
      desired = filled
    }
    let isValid = !diagnostics.contains { $0.severity == .error }
    let found = credentials
    return LoadedDesired(
      desired: isValid ? desired : nil,
      diagnostics: diagnostics,
      files: result.files.map(absolute),
      digest: result.contentDigest.description,
      credentials: { found.credentials(of: $0) }
    )
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : surroundings.workingDirectory + "/" + path
  }
}
