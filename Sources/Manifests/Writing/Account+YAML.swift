import Reconcile
import SIP

/// An account's keys as a manifest writes them, secrets as references.
extension Account {
  /// What differs from the program's defaults, with the registrar and the lifetime in any case; in the order of the
  /// keys.
  var yaml: [(AccountKey, YAMLValue)] {
    let usual = AccountTemplate().account
    return AccountKey.allCases.compactMap { key in yaml(key, usual).map { (key, $0) } }
  }

  private func yaml(_ key: AccountKey, _ usual: Account) -> YAMLValue? {
    switch key {
    case .identity:
      return .text(identity.displayName == nil ? identity.uri.description : identity.description)
    case .from: return from.map { .text($0.displayName == nil ? $0.uri.description : $0.description) }
    case .registrar: return .text(registrar.description)
    case .outboundProxy:
      let isOfFlows = !outbound.flows.isEmpty
      return outboundProxy.isEmpty || isOfFlows ? nil : .list(outboundProxy.map { .text($0.description) })
    case .transport: return transport.map { .word($0.rawValue) }
    case .register: return register ? nil : .flag(false)
    case .dependsOn: return dependsOn.isEmpty ? nil : .list(dependsOn.map(\.yaml))
    case .auth: return credentials.isEmpty ? nil : .list(credentials.map(\.yaml))
    case .expires: return .duration(expires)
    case .contact: return contact?.yaml
    case .push: return push?.yaml
    case .outbound: return outbound == usual.outbound ? nil : outbound.yaml
    case .headers: return headers.isEmpty ? nil : headers.yaml
    case .keepAlive: return keepAlive.map { .duration($0) }
    case .retry: return retry == usual.retry ? nil : retry.yaml
    case .onRemove: return onRemove == usual.onRemove ? nil : .word(onRemove.rawValue)
    case .onMasterLoss: return onMasterLoss == usual.onMasterLoss ? nil : .word(onMasterLoss.rawValue)
    case .exclusive: return exclusive ? .flag(true) : nil
    case .protect: return protect ? .flag(true) : nil
    case .sharedIdentity: return sharedIdentity ? .flag(true) : nil
    case .redirects: return redirects.isEmpty ? nil : .list(redirects.map { .text($0) })
    case .redirect: return redirect.map { .text($0.description) }
    case .movedFrom: return movedFrom.map { .text($0.name) }
    case .labels:
      let pairs = labels.sorted { $0.key < $1.key }
      return pairs.isEmpty ? nil : .mapping(pairs.map { ($0.key, .text($0.value)) })
    case .description: return description.map { .text($0) }
    case .tls: return tls?.yaml
    case .forEach: return nil
    }
  }
}

extension Dependency {
  fileprivate var yaml: YAMLValue {
    if contact == .share, condition == .registered { return .text(account.name) }
    return .mapping([
      ("account", .text(account.name)), ("contact", .word(contact.rawValue)),
      ("condition", .word(condition.rawValue)),
    ])
  }
}

extension CredentialDeclaration {
  fileprivate var yaml: YAMLValue {
    var pairs: [(String, YAMLValue)] = []
    if kind != .token { pairs.append(("username", .text(username))) }
    if let realm { pairs.append(("realm", .text(realm))) }
    pairs.append((kind.rawValue, secret.yaml))
    if !algorithms.isEmpty { pairs.append(("algorithms", .list(algorithms.map { .text($0.rawValue) }))) }
    if !authzServers.isEmpty { pairs.append(("authzServers", .list(authzServers.map { .text($0) }))) }
    return .mapping(pairs)
  }
}

extension SecretReference {
  /// A secret that stands in the manifest itself is left out.
  fileprivate var yaml: YAMLValue {
    switch self {
    case .literal: .text("(a secret, not shown)")
    case .environment(let name): .mapping([("fromEnv", .text(name))])
    case .file(let path): .mapping([("fromFile", .text(path))])
    case .credential(let name): .mapping([("fromCredential", .text(name))])
    case .command(let arguments): .mapping([("fromCommand", .list(arguments.map { .text($0) }))])
    }
  }
}

extension ContactDeclaration {
  fileprivate var yaml: YAMLValue {
    guard q != nil || !parameters.isEmpty else { return .text(uri.description) }
    var pairs: [(String, YAMLValue)] = [("uri", .text(uri.description))]
    if let q { pairs.append(("q", .text(q))) }
    if !parameters.isEmpty { pairs.append(("parameters", parameters.yaml)) }
    return .mapping(pairs)
  }
}

extension PushParameters {
  fileprivate var yaml: YAMLValue {
    var pairs: [(String, YAMLValue)] = [("provider", .text(provider))]
    if let param { pairs.append(("param", .text(param))) }
    pairs.append(("prid", (pridReference ?? .literal(nil)).yaml))
    return .mapping(pairs)
  }
}

extension OutboundSettings {
  fileprivate var yaml: YAMLValue {
    var pairs: [(String, YAMLValue)] = [("enabled", .flag(isEnabled))]
    if let instanceID { pairs.append(("instanceID", .text(instanceID))) }
    if let regID { pairs.append(("regID", .word("\(regID)"))) }
    if usesGRUU { pairs.append(("gruu", .flag(true))) }
    if !flows.isEmpty { pairs.append(("flows", .list(flows.map { .text($0.description) }))) }
    return .mapping(pairs)
  }
}

extension [HeaderField] {
  fileprivate var yaml: YAMLValue { .mapping(map { ($0.name, .text($0.value)) }) }
}

extension RetryPolicy {
  fileprivate var yaml: YAMLValue {
    .mapping([
      ("base", .duration(base)), ("max", .duration(max)), ("stalledProbe", .duration(stalledProbe)),
    ])
  }
}

extension TLSSettings {
  fileprivate var yaml: YAMLValue {
    var pairs: [(String, YAMLValue)] = []
    if let ca { pairs.append(("ca", .text(ca))) }
    if let certificate { pairs.append(("certificate", .text(certificate))) }
    if let key { pairs.append(("key", .text(key))) }
    if let serverName { pairs.append(("serverName", .text(serverName))) }
    if allowWildcard { pairs.append(("allowWildcard", .flag(true))) }
    return .mapping(pairs)
  }
}
