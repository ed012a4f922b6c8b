import Reconcile
import SIP

/// Credentials and references to secrets.
extension FileDecoder {
  mutating func credential(_ index: YAMLTree.Index) -> CredentialDeclaration? {
    guard let fields = fields(of: index, CredentialKey.self, "a credential") else { return nil }
    guard let (kind, value) = proof(fields, index) else { return nil }
    var declaration: CredentialDeclaration
    if kind == .token {
      guard let secret = secret(value, kind.rawValue) else { return nil }
      declaration = CredentialDeclaration(username: "", kind: .token, secret: secret)
      if let list = fields[CredentialKey.authzServers] { declaration.authzServers = authzServers(list) }
    } else {
      guard let digest = digest(kind, value, fields, index) else { return nil }
      declaration = digest
    }
    if let realm = fields[CredentialKey.realm] { declaration.realm = text(realm, "realm", isShared: true) }
    return declaration
  }

  /// The one key that holds the secret.
  private mutating func proof(
    _ fields: Fields,
    _ index: YAMLTree.Index
  ) -> (CredentialDeclaration.Kind, YAMLTree.Index)? {
    let all: [(CredentialDeclaration.Kind, CredentialKey)] = [
      (.password, .password), (.ha1, .ha1), (.token, .token),
    ]
    let given = all.compactMap { kind, key in fields[key].map { (kind, key, $0) } }
    guard let first = given.first else {
      error(index, "a credential needs `password`, `ha1` or `token`", "missing-key")
      return nil
    }
    if given.count > 1 {
      error(given[1].2, "a credential has one of `password`, `ha1` and `token`", "credential")
      return nil
    }
    let foreign: [CredentialKey] = first.0 == .token ? [.username, .algorithms] : [.authzServers]
    for key in foreign {
      guard let node = fields[key] else { continue }
      let owner = first.0 == .token ? "a password or an HA1" : "a token"
      error(node, "`\(key)` belongs to \(owner), and this credential has `\(first.1)`", "credential")
      return nil
    }
    return (first.0, first.2)
  }

  private mutating func digest(
    _ kind: CredentialDeclaration.Kind,
    _ value: YAMLTree.Index,
    _ fields: Fields,
    _ index: YAMLTree.Index
  ) -> CredentialDeclaration? {
    guard let name = fields[CredentialKey.username] else {
      error(index, "a credential needs `username`", "missing-key")
      return nil
    }
    guard let username = text(name, "username") else { return nil }
    var algorithms: [DigestAlgorithm] = []
    if let list = fields[CredentialKey.algorithms] { algorithms = self.algorithms(list) }
    if kind == .ha1, algorithms.count > 1 {
      error(value, "`ha1` is a hash by one algorithm; name that one in `algorithms`", "credential")
      return nil
    }
    guard let secret = secret(value, kind.rawValue) else { return nil }
    return CredentialDeclaration(username: username, kind: kind, secret: secret, algorithms: algorithms)
  }

  private mutating func authzServers(_ index: YAMLTree.Index) -> [String] {
    var servers: [String] = []
    for element in list(index) {
      guard let url = text(element, "authzServers", isShared: true) else { continue }
      if BearerToken.isHTTPS(url) {
        servers.append(url)
      } else {
        error(element, "`authzServers` holds https URLs, such as https://auth.example.com", "value")
      }
    }
    return servers
  }

  private mutating func algorithms(_ index: YAMLTree.Index) -> [DigestAlgorithm] {
    var algorithms: [DigestAlgorithm] = []
    for element in list(index) {
      guard let name = text(element, "algorithms") else { continue }
      if let algorithm = DigestAlgorithm(name: name) {
        if !algorithms.contains(algorithm) { algorithms.append(algorithm) }
      } else {
        let known = DigestAlgorithm.allCases.map(\.rawValue)
        let allowed = known.joined(separator: ", ")
        error(element, "`algorithms` may hold \(allowed)\(Spelling.hint(name, among: known))", "value")
      }
    }
    return algorithms
  }

  /// A reference to a secret, or the secret itself, which is counted for a warning.
  mutating func secret(_ index: YAMLTree.Index, _ what: String) -> SecretReference? {
    let target = tree.resolve(index)
    if tree[target].kind == .scalar {
      guard let scalar = scalar(index, what) else { return nil }
      literals = (literals?.first ?? index, (literals?.count ?? 0) + 1)
      return .literal(Secret(tree.bytes(scalar)))
    }
    guard let fields = fields(of: index, SecretKey.self, "`\(what)`") else { return nil }
    guard fields.count == 1, let number = fields.numbers.first, let value = fields.value(number),
      let key = SecretKey(rawValue: number)
    else {
      let known = SecretKey.set.names.joined(separator: ", ")
      error(index, "`\(what)` needs exactly one of \(known)", "secret")
      return nil
    }
    return reference(key, value)
  }

  private mutating func reference(_ key: SecretKey, _ value: YAMLTree.Index) -> SecretReference? {
    switch key {
    case .fromEnv: return text(value, "fromEnv", isShared: true).map { .environment($0) }
    case .fromFile: return file(value, "fromFile").map { .file($0) }
    case .fromCredential: return text(value, "fromCredential", isShared: true).map { .credential($0) }
    case .fromCommand:
      guard tree[tree.resolve(value)].kind == .sequence else {
        error(value, "`fromCommand` is a list: the program and its arguments", "type")
        return nil
      }
      let arguments = list(value).compactMap { text($0, "fromCommand", isShared: true) }
      if arguments.isEmpty { error(value, "`fromCommand` names no program", "empty") }
      return arguments.isEmpty ? nil : .command(arguments)
    }
  }

  /// A file's absolute path, which is noted as one to follow.
  mutating func file(_ index: YAMLTree.Index, _ what: String) -> String? {
    guard let text = text(index, what, isShared: true) else { return nil }
    let path = path(text)
    references.append(path)
    return path
  }
}
