/// Why a secret could not be had; its text names the source and never the value.
public enum SecretError: Error, Sendable, Hashable {
  /// A literal whose value is gone: the reference was read from the state.
  case literalNotKept
  case missingVariable(String)
  /// The system's words follow the path.
  case unreadableFile(String, reason: String)
  /// A folder, a FIFO or a device.
  case notRegularFile(String)
  case tooLong(source: String)
  case empty(source: String)
  /// CR, LF or NUL inside: it could not be sent as it is.
  case controlCharacter(source: String)
  /// A bearer token with other characters than such a token has (RFC 6750, 2.1).
  case noToken(source: String)
  /// `$CREDENTIALS_DIRECTORY` is not set.
  case noCredentialsDirectory(String)
  /// A systemd credential's name with a slash, or one that starts with a dot.
  case invalidCredentialName(String)
  case commandNotAllowed(String)
  /// The program could not be started, failed, or did not end in time; with the reason.
  case commandFailed(String, reason: String)
}

extension SecretError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .literalNotKept: "the password stood in the manifest itself and is not kept in the state"
    case .missingVariable(let name): "the environment variable `\(name)` is not set"
    case .unreadableFile(let path, let reason): "`\(path)` cannot be read: \(reason)"
    case .notRegularFile(let path): "`\(path)` is not a regular file"
    case .tooLong(let source): "\(source) holds more than 64 KiB, which is no secret"
    case .empty(let source): "\(source) is empty"
    case .controlCharacter(let source):
      "\(source) holds a line break or NUL inside (one newline at its end would be taken off)"
    case .noToken(let source):
      "\(source) holds no bearer token: one has letters, digits and -._~+/ only, and = at its end"
    case .noCredentialsDirectory(let name):
      "the credential `\(name)` needs $CREDENTIALS_DIRECTORY, which systemd sets for LoadCredential="
    case .invalidCredentialName(let name): "`\(name)` is not a credential's name: no slash, no dot in front"
    case .commandNotAllowed(let program): "running `\(program)` needs --allow-exec"
    case .commandFailed(let program, let reason): "`\(program)` gave no secret: \(reason)"
    }
  }
}
