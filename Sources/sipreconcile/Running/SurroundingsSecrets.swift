import Manifests

extension Surroundings {
  /// Resolves references to secrets in this environment.
  func secretResolver(allowExec: Bool) -> SecretResolver {
    SecretResolver(
      environment: environment,
      credentialsDirectory: environment["CREDENTIALS_DIRECTORY"],
      allowExec: allowExec
    )
  }
}
