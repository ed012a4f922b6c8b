public import Reconcile
public import SIP

/// Turns references to secrets into secrets: variables, files, systemd credentials, programs, literals.
///
/// One newline at the end of a file or of a program's output is taken off. What is then empty, or holds CR,
/// LF or NUL, is refused, so that nothing else than the secret is ever sent.
public struct SecretResolver: Sendable {
  public let environment: [String: String]
  /// systemd's `$CREDENTIALS_DIRECTORY`.
  public let credentialsDirectory: String?
  /// True lets `fromCommand` run programs.
  public let allowExec: Bool

  /// The most bytes that a secret may have.
  static let limit = 65_536

  public init(environment: [String: String], credentialsDirectory: String?, allowExec: Bool) {
    self.environment = environment
    self.credentialsDirectory = credentialsDirectory
    self.allowExec = allowExec
  }

  public func resolve(_ reference: SecretReference) throws(SecretError) -> Secret {
    try read(reference).secret
  }

  /// The credential that a declaration stands for.
  public func credential(of declaration: CredentialDeclaration) throws(SecretError) -> Credential {
    try checked(declaration, with: try resolve(declaration.secret))
  }

  func checked(
    _ declaration: CredentialDeclaration,
    with secret: Secret
  ) throws(SecretError) -> Credential {
    let credential = declaration.credential(with: secret)
    if case .token(let token) = credential.proof, !token.isWellFormed {
      throw .noToken(source: declaration.secret.description)
    }
    return credential
  }

  /// A secret, and the file it came from if others than the owner may read that file.
  func read(_ reference: SecretReference) throws(SecretError) -> (secret: Secret, exposed: String?) {
    switch reference {
    case .literal(let secret):
      guard let secret else { throw .literalNotKept }
      let bytes = secret.withBytes { $0 }
      return (try checked(bytes, source: "the literal", stripsNewline: false), nil)
    case .environment(let name):
      guard let value = environment[name] else { throw .missingVariable(name) }
      let source = "the environment variable `\(name)`"
      return (try checked(Array(value.utf8), source: source, stripsNewline: false), nil)
    case .file(let path):
      return try readFile(path)
    case .credential(let name):
      guard let credentialsDirectory else { throw .noCredentialsDirectory(name) }
      guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else {
        throw .invalidCredentialName(name)
      }
      // systemd mounts these for the service alone, whatever the mode says.
      return (try readFile(credentialsDirectory + "/" + name).secret, nil)
    case .command(let arguments):
      guard let program = arguments.first else { throw .commandFailed("", reason: "no program is named") }
      guard allowExec else { throw .commandNotAllowed(program) }
      let bytes = try SecretCommand(arguments: arguments, environment: environment).output()
      return (try checked(bytes, source: "the output of `\(program)`", stripsNewline: true), nil)
    }
  }

  private func readFile(_ path: String) throws(SecretError) -> (secret: Secret, exposed: String?) {
    let file: RegularFile
    do {
      file = try RegularFile(path: path, limit: SecretResolver.limit)
    } catch {
      switch error {
      case .unreadable(let reason): throw .unreadableFile(path, reason: reason)
      case .notRegular: throw .notRegularFile(path)
      case .tooLarge: throw .tooLong(source: "`\(path)`")
      }
    }
    let secret = try checked(file.bytes, source: "`\(path)`", stripsNewline: true)
    return (secret, file.isExposed ? path : nil)
  }

  private func checked(
    _ bytes: [UInt8],
    source: String,
    stripsNewline: Bool
  ) throws(SecretError) -> Secret {
    var bytes = bytes
    if stripsNewline, bytes.last == 0x0a { bytes.removeLast() }
    guard !bytes.isEmpty else { throw .empty(source: source) }
    guard bytes.count <= SecretResolver.limit else { throw .tooLong(source: source) }
    guard !bytes.contains(where: { $0 == 0 || $0 == 0x0a || $0 == 0x0d }) else {
      throw .controlCharacter(source: source)
    }
    return Secret(bytes)
  }
}
