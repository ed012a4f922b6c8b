public import SIP

/// A credential as a manifest declares it: everything but the secret itself.
public struct CredentialDeclaration: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable { case password, ha1, token }

  /// Empty for a token.
  public var username: String
  public var realm: String?
  public var kind: Kind
  public var secret: SecretReference
  /// Allowed algorithms in the order of preference; empty allows each. For an HA1 exactly one.
  public var algorithms: [DigestAlgorithm]
  /// Of a token: the authorization servers that may have made it, as https URLs; empty is any.
  public var authzServers: [String]

  public init(
    username: String,
    realm: String? = nil,
    kind: Kind = .password,
    secret: SecretReference,
    algorithms: [DigestAlgorithm] = [],
    authzServers: [String] = []
  ) {
    self.username = username
    self.realm = realm
    self.kind = kind
    self.secret = secret
    self.algorithms = algorithms
    self.authzServers = authzServers
  }

  /// The credential that the engine answers with, once the secret is resolved.
  public func credential(with secret: Secret) -> Credential {
    let proof: Credential.Proof =
      switch kind {
      case .password: .password(secret)
      case .ha1: .ha1(secret, algorithms.first ?? .md5)
      case .token: .token(BearerToken(secret, authzServers: authzServers, isMinted: isMinted))
      }
    return Credential(username: username, realm: realm, proof: proof, algorithms: algorithms)
  }
}

extension CredentialDeclaration {
  /// A program may make another token each time.
  private var isMinted: Bool {
    if case .command = secret { return true }
    return false
  }
}

/// Where a secret comes from. A literal's value is in memory only: it is left out when a reference is
/// encoded, and is nil in one that was read from the state.
public enum SecretReference: Sendable, Hashable {
  case literal(Secret?)
  case environment(String)
  /// An absolute path.
  case file(String)
  /// A systemd credential's name.
  case credential(String)
  case command([String])
}

extension SecretReference: CustomStringConvertible {
  public var description: String {
    switch self {
    case .literal: "(literal)"
    case .environment(let name): "fromEnv: \(name)"
    case .file(let path): "fromFile: \(path)"
    case .credential(let name): "fromCredential: \(name)"
    case .command(let arguments): "fromCommand: \(arguments.joined(separator: " "))"
    }
  }
}

extension SecretReference: Codable {
  private enum Key: String, CodingKey { case literal, fromEnv, fromFile, fromCredential, fromCommand }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let name = try container.decodeIfPresent(String.self, forKey: .fromEnv) {
      self = .environment(name)
    } else if let path = try container.decodeIfPresent(String.self, forKey: .fromFile) {
      self = .file(path)
    } else if let name = try container.decodeIfPresent(String.self, forKey: .fromCredential) {
      self = .credential(name)
    } else if let arguments = try container.decodeIfPresent([String].self, forKey: .fromCommand) {
      self = .command(arguments)
    } else {
      self = .literal(nil)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .literal: try container.encode(true, forKey: .literal)
    case .environment(let name): try container.encode(name, forKey: .fromEnv)
    case .file(let path): try container.encode(path, forKey: .fromFile)
    case .credential(let name): try container.encode(name, forKey: .fromCredential)
    case .command(let arguments): try container.encode(arguments, forKey: .fromCommand)
    }
  }
}
