import SIP

extension CanonicalText {
  /// Every field of an account, in a fixed order; a literal secret is only marked.
  mutating func append(_ account: Account) {
    append(account.id.name)
    append(account.identity.displayName)
    append(account.identity.uri)
    append(account.registrar)
    append(account.outboundProxy) { $0.append($1) }
    append(account.transport?.rawValue)
    append(account.register)
    append(account.dependsOn) { text, dependency in
      text.append(dependency.account.name)
      text.append(dependency.contact == .share)
      text.append(dependency.condition == .registered)
    }
    append(account.credentials) { $0.append($1) }
    append(Int(account.expires))
    appendContact(of: account)
    append(account.headers)
    append(account.keepAlive)
    append(Int(account.retry.base))
    append(Int(account.retry.max))
    append(Int(account.retry.stalledProbe))
    append(account.onRemove == .unregister)
    append(account.onMasterLoss == .keep)
    append(account.exclusive)
    append(account.protect)
    append(account.sharedIdentity)
    append(account.redirects) { $0.append($1) }
    append(account.redirect)
    append(account.movedFrom?.name)
    appendLabels(account.labels)
    append(account.description)
    append(account.tls)
    // Nothing for an account that registers itself: what it was fingerprinted as still holds.
    if let from = account.from {
      append(from.displayName)
      append(from.uri)
    }
  }

  private mutating func append(_ credential: CredentialDeclaration) {
    append(credential.username)
    append(credential.realm)
    append(credential.kind == .password)
    if credential.kind == .token { append(credential.authzServers) { $0.append($1) } }
    append(credential.algorithms) { $0.append($1.rawValue) }
    switch credential.secret {
    case .literal: append(0)
    case .environment(let name):
      append(1)
      append(name)
    case .file(let path):
      append(2)
      append(path)
    case .credential(let name):
      append(3)
      append(name)
    case .command(let arguments):
      append(4)
      append(arguments) { $0.append($1) }
    }
  }

  private mutating func appendContact(of account: Account) {
    append(account.contact?.uri)
    if let contact = account.contact {
      append(contact.q)
      append(contact.parameters)
    }
    append(account.push != nil)
    if let push = account.push {
      append(push.provider)
      append(push.param)
      append(push.prid)
    }
    append((account.outbound.isEnabled ? 1 : 0) + (account.outbound.usesGRUU ? 2 : 0))
    append(account.outbound.instanceID)
    append(account.outbound.regID)
    // Nothing for an account without several flows: what it was fingerprinted as still holds.
    if let flow = account.outbound.flow { append(flow) }
  }

  private mutating func append(_ fields: [HeaderField]) {
    append(fields.count)
    for field in fields {
      append(field.name)
      append(field.value)
    }
  }

  private mutating func appendLabels(_ labels: [String: String]) {
    append(labels.count)
    guard !labels.isEmpty else { return }
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      append(name)
      append(value)
    }
  }

  private mutating func append(_ tls: TLSSettings?) {
    append(tls != nil)
    guard let tls else { return }
    append(tls.ca)
    append(tls.certificate)
    append(tls.key)
    append(tls.serverName)
    append(tls.allowWildcard)
  }
}
