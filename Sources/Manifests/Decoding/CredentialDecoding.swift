import Reconcile
import SIP

/// Credentials and references to secrets.
extension FileDecoder {
  mutating func credential(_ index: YAMLTree.Index) -> CredentialDeclaration? {
    guard let fields = fields(of: index, CredentialKey.self, "a credential") else { return nil }
    guard let name = fields[CredentialKey.username] else {
      error(index, "a credential needs `username`", "missing-key")
      return nil
    }
    guard let username = text(name, "username") else { return nil }
    var algorithms: [DigestAlgorithm] = []
    if let list = fields[CredentialKey.algorithms] { algorithms = self.algorithms(list) }
    let kind: CredentialDeclaration.Kind
    let value: YAMLTree.Index
    switch (fields[CredentialKey.password], fields[CredentialKey.ha1]) {
    case (let password?, nil): (kind, value) = (.password, password)
    case (nil, let ha1?):
      (kind, value) = (.ha1, ha1)
      if algorithms.count > 1 {
        error(ha1, "`ha1` is a hash by one algorithm; name that one in `algorithms`", "credential")
        return nil
      }
    case (_?, let ha1?):
      error(ha1, "a credential has either `password` or `ha1`", "credential")
      return nil
    case (nil, nil):
      error(index, "a credential needs `password` or `ha1`", "missing-key")
      return nil
    }
    guard let secret = secret(value, kind.rawValue) else { return nil }
    var declaration = CredentialDeclaration(
      username: username,
      kind: kind,
      secret: secret,
      algorithms: algorithms
    )
    if let realm = fields[CredentialKey.realm] { declaration.realm = text(realm, "realm", isShared: true) }
    return declaration
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
