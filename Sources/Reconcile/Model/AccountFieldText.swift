import SIP

extension AccountField {
  /// The key under which a manifest writes the field, for `before → after`.
  public var path: String { self == .displayName ? AccountField.identity.rawValue : rawValue }

  /// The field's value as a person reads it; nil where it is absent. Secrets and device tokens are left out.
  public func text(of account: Account) -> String? {
    switch self {
    case .identity, .displayName: account.identity.description
    case .from: account.from?.description
    case .registrar: account.registrar.description
    case .outboundProxy: AccountField.list(account.outboundProxy.map(\.description))
    case .transport: account.transport?.rawValue
    case .register: "\(account.register)"
    case .dependsOn: AccountField.list(account.dependsOn.map(AccountField.text))
    case .auth: AccountField.list(account.credentials.map(AccountField.text))
    case .expires: "\(account.expires)s"
    case .contact: account.contact.map(AccountField.text)
    case .push: account.push.map { "\($0.provider)\($0.param.map { " " + $0 } ?? "")" }
    case .outbound: AccountField.text(account.outbound)
    case .headers: AccountField.list(account.headers.map { "\($0.name): \($0.value)" })
    case .keepAlive: account.keepAlive.map { $0 == 0 ? "off" : "\($0)s" }
    case .retry: "\(account.retry.base)s to \(account.retry.max)s, stalled \(account.retry.stalledProbe)s"
    case .onRemove: account.onRemove.rawValue
    case .onMasterLoss: account.onMasterLoss.rawValue
    case .exclusive: "\(account.exclusive)"
    case .protect: "\(account.protect)"
    case .sharedIdentity: "\(account.sharedIdentity)"
    case .redirects: AccountField.list(account.redirects)
    case .redirect: account.redirect?.description
    case .movedFrom: account.movedFrom?.name
    case .labels: AccountField.list(account.labels.map { "\($0)=\($1)" }.sorted())
    case .description: account.description
    case .tls: account.tls.map(AccountField.text)
    }
  }

  private static func list(_ parts: [String]) -> String? {
    parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private static func text(_ dependency: Dependency) -> String {
    var text = dependency.account.name
    if dependency.contact == .own { text += " (own contact)" }
    if dependency.condition == .attempted { text += " (attempted)" }
    return text
  }

  private static func text(_ credential: CredentialDeclaration) -> String {
    var parts = credential.username.isEmpty ? [] : [credential.username]
    if let realm = credential.realm { parts.append("in \(realm)") }
    var text = parts.joined(separator: " ")
    if !text.isEmpty { text += ", " }
    text += "\(credential.kind.rawValue) \(credential.secret)"
    if !credential.authzServers.isEmpty { text += " of " + credential.authzServers.joined(separator: " or ") }
    if !credential.algorithms.isEmpty {
      text += ", " + credential.algorithms.map(\.rawValue).joined(separator: "/")
    }
    return text
  }

  private static func text(_ contact: ContactDeclaration) -> String {
    var text = PushToken.removed(from: "<\(contact.uri)>")
    if let q = contact.q { text += ";q=\(q)" }
    for parameter in contact.parameters {
      text += ";" + parameter.name + (parameter.value.isEmpty ? "" : "=" + parameter.value)
    }
    return text
  }

  private static func text(_ outbound: OutboundSettings) -> String {
    var text = outbound.isEnabled ? "on" : "off"
    if let instance = outbound.instanceID { text += ", instance \(instance)" }
    if let regID = outbound.flow ?? outbound.regID { text += ", reg-id \(regID)" }
    if outbound.usesGRUU { text += ", GRUU" }
    return text
  }

  private static func text(_ tls: TLSSettings) -> String {
    let parts: [(String, String?)] = [
      ("ca", tls.ca), ("certificate", tls.certificate), ("key", tls.key), ("serverName", tls.serverName),
      ("allowWildcard", tls.allowWildcard ? "true" : nil),
    ]
    return parts.compactMap { name, value in value.map { "\(name): \($0)" } }.joined(separator: ", ")
  }
}
