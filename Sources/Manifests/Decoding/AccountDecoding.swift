import Reconcile
import SIP

/// Accounts, and the defaults for them.
extension FileDecoder {
  /// - Parameter base: the defaults of the file that includes this one.
  mutating func template(_ index: YAMLTree.Index?, below base: AccountTemplate) -> AccountTemplate {
    var template = base
    guard let index, let fields = fields(of: index, AccountKey.self, "`defaults`") else { return template }
    for key in AccountKey.ofOneAccount {
      if let node = fields[key] {
        error(node, "`\(key)` belongs to one account and has no default", "defaults")
      }
    }
    apply(fields, to: &template.account, given: &template.given)
    for number in fields.numbers {
      guard let field = AccountKey(rawValue: number)?.field else { continue }
      template.locations[field] = tree.location(fields.key(number))
    }
    return template
  }

  mutating func account(
    _ entry: NamedEntry,
    id: AccountID,
    number: Int,
    template: AccountTemplate
  ) -> DesiredAccount? {
    guard let fields = fields(of: entry.value, AccountKey.self, "an account") else { return nil }
    var identity: NameAddress?
    if let node = fields[AccountKey.identity] {
      identity = address(node, "identity")
    } else {
      error(entry.key, "account `\(id)` needs `identity`, such as sip:alice@example.com", "missing-key")
    }
    // Without an identity the other keys are read all the same, for their errors.
    var result = DesiredAccount(template.account, at: tree.location(entry.key))
    result.account.id = id
    if let identity { result.account.identity = identity }
    if let uri = identity?.uri, !template.given.contains(.registrar), fields[AccountKey.registrar] == nil {
      result.account.registrar = SIPURI(scheme: uri.scheme, host: uri.host, port: uri.port)
    }
    var given = template.given
    apply(fields, to: &result.account, given: &given)
    if let node = fields[AccountKey.dependsOn] {
      result.account.dependsOn = dependencies(node, account: number)
    }
    if let node = fields[AccountKey.movedFrom] {
      hasMoves = true
      result.account.movedFrom = text(node, "movedFrom").map { AccountID($0) }
    }
    if !result.account.outbound.flows.isEmpty { hasFlows = true }
    result.fieldLocations = locations(fields, hasName: identity?.displayName != nil)
    if identity != nil { check(&result.account, fields, entry, given: given) }
    return result
  }

  private func locations(_ fields: Fields, hasName: Bool) -> FieldLocations {
    var locations = FieldLocations(file: tree.file)
    locations.reserve(fields.count + (hasName ? 1 : 0))
    for number in fields.numbers {
      guard let key = AccountKey(rawValue: number), let field = key.field else { continue }
      let node = tree[fields.key(number)]
      locations.append(field, line: node.line, column: UInt32(node.column))
      if key == .identity, hasName {
        locations.append(.displayName, line: node.line, column: UInt32(node.column))
      }
    }
    return locations
  }

  /// Sets every key that is there, except those that have no default.
  private mutating func apply(_ fields: Fields, to account: inout Account, given: inout KeyBits) {
    for number in fields.numbers {
      guard let node = fields.value(number), let key = AccountKey(rawValue: number) else { continue }
      given.insert(key)
      set(key, node, in: &account)
    }
    if let node = fields[AccountKey.registrar], let choice = registrar(node) {
      account.registrar = choice.uri
      if !given.contains(.outboundProxy) { account.outboundProxy = choice.outboundProxy }
      // What is the same already is not set: the account would no longer share it with others.
      if !given.contains(.tls), account.tls != choice.tls { account.tls = choice.tls }
    }
  }

  private mutating func set(_ key: AccountKey, _ node: YAMLTree.Index, in account: inout Account) {
    switch key {
    case .identity, .dependsOn, .movedFrom, .registrar, .forEach: break
    case .from: account.from = address(node, "from")
    case .outboundProxy: account.outboundProxy = routes(node) ?? []
    case .transport: account.transport = word(node, "transport", Transport.self)
    case .register: account.register = bool(node, "register") ?? true
    case .auth: account.credentials = credentials(node)
    case .expires:
      let expires = seconds(node, "expires")
      if expires == 0 {
        let advice = "for an account that is not to be registered, write `register: false`"
        error(node, "`expires: 0` asks the registrar to remove the binding; \(advice)", "expires")
      }
      account.expires = expires ?? account.expires
    case .contact: account.contact = contact(node)
    case .push: account.push = push(node)
    case .outbound: account.outbound = outbound(node) ?? account.outbound
    case .headers: account.headers = headers(node)
    case .keepAlive: account.keepAlive = isOff(node) ? 0 : seconds(node, "keepAlive")
    case .retry: account.retry = retry(node) ?? account.retry
    case .onRemove: account.onRemove = word(node, "onRemove", RemovalPolicy.self) ?? account.onRemove
    case .onMasterLoss:
      account.onMasterLoss = word(node, "onMasterLoss", MasterLossPolicy.self) ?? account.onMasterLoss
    case .exclusive: account.exclusive = bool(node, "exclusive") ?? false
    case .protect: account.protect = bool(node, "protect") ?? false
    case .sharedIdentity: account.sharedIdentity = bool(node, "sharedIdentity") ?? false
    case .redirects: account.redirects = redirects(node)
    case .redirect: account.redirect = uri(node, "redirect")
    case .labels: account.labels = labels(node)
    case .description: account.description = prose(node, "description")
    case .tls: account.tls = tls(node)
    }
  }

  private func isOff(_ index: YAMLTree.Index) -> Bool {
    let scalar = tree.resolve(index)
    return tree[scalar].kind == .scalar && tree.text(scalar) == "off"
  }

  private mutating func redirects(_ index: YAMLTree.Index) -> [String] {
    list(index).compactMap { element in
      guard let domain = text(element, "redirects") else { return nil }
      if Host(domain) == nil { error(element, "`redirects` lists domains, such as example.com", "redirects") }
      return domain
    }
  }

  /// A name, an inline credential, or a list of either.
  private mutating func credentials(_ index: YAMLTree.Index) -> [CredentialDeclaration] {
    let target = tree.resolve(index)
    switch tree[target].kind {
    case .mapping: return credential(index).map { [$0] } ?? []
    case .scalar, .alias: return namedCredential(index)
    case .sequence:
      return elements(of: target).flatMap { element in
        tree[tree.resolve(element)].kind == .mapping
          ? credential(element).map { [$0] } ?? [] : namedCredential(element)
      }
    }
  }

  private mutating func namedCredential(_ index: YAMLTree.Index) -> [CredentialDeclaration] {
    guard let scalar = scalar(index, "auth") else { return [] }
    let range = tree.range(scalar)
    let known = tree.arena.withUnsafeBufferPointer {
      credentialChoices.find(UnsafeBufferPointer(rebasing: $0[range]))
    }
    if let known { return known }
    let name = tree.text(scalar)
    guard let named = declarations.credentials[name] else {
      let hint = Spelling.hint(name, among: declarations.credentials.keys.sorted())
      // The text may be a password in the wrong place, so neither it nor its line is repeated.
      for node in [index, scalar] { hiddenLines.formUnion(Int(tree[node].line)...Int(tree[node].lastLine)) }
      error(index, "`auth` names a credential that `credentials` does not have\(hint)", "unknown-credential")
      return []
    }
    let value = named.value.map { [$0] } ?? []
    credentialChoices.insert(name, value)
    return value
  }

  /// A registrar by its name or by a URI.
  private mutating func registrar(_ index: YAMLTree.Index) -> RegistrarDeclaration? {
    guard let scalar = scalar(index, "registrar") else { return nil }
    let range = tree.range(scalar)
    let known = tree.arena.withUnsafeBufferPointer {
      registrarChoices.find(UnsafeBufferPointer(rebasing: $0[range]))
    }
    if let known { return known }
    let text = tree.text(scalar)
    var choice: RegistrarDeclaration?
    if let named = declarations.registrars[text] {
      choice = named.value
    } else if text.contains(":") {
      choice = registrarURI(index, "registrar").map { RegistrarDeclaration(uri: $0) }
    } else {
      let hint = Spelling.hint(text, among: declarations.registrars.keys.sorted())
      let advice = hint.isEmpty ? "; declare it, or write a SIP URI such as sip:\(text)" : hint
      error(index, "`registrars` has no `\(text)`\(advice)", "unknown-registrar")
    }
    if let choice { registrarChoices.insert(text, choice) }
    return choice
  }

  /// A name, a mapping, or a list of those. An account that is named twice is one dependency if both mean
  /// the same.
  private mutating func dependencies(_ index: YAMLTree.Index, account: Int) -> [Dependency] {
    var result: [Dependency] = []
    for element in list(index) {
      guard let dependency = dependency(element) else { continue }
      if let other = result.first(where: { $0.account == dependency.account }) {
        if other != dependency {
          error(
            element,
            "`\(dependency.account)` is named twice in `dependsOn`, with different terms",
            "dependency"
          )
        }
        continue
      }
      if dependency.contact == .share, let other = result.first(where: { $0.contact == .share }) {
        error(
          element,
          "a contact can be shared with one master, and is with `\(other.account)`; write {account: "
            + "\(dependency.account), contact: own}",
          "dependency"
        )
      }
      result.append(dependency)
      dependencies.append(
        DeclaredDependency(account: account, master: dependency.account, at: tree.location(element))
      )
    }
    return result
  }

  private mutating func dependency(_ index: YAMLTree.Index) -> Dependency? {
    guard tree[tree.resolve(index)].kind == .mapping else {
      return text(index, "dependsOn").map { Dependency(account: AccountID($0)) }
    }
    guard let fields = fields(of: index, DependencyKey.self, "`dependsOn`") else { return nil }
    guard let node = fields[DependencyKey.account] else {
      error(index, "`dependsOn` needs `account`", "missing-key")
      return nil
    }
    guard let name = text(node, "account") else { return nil }
    var dependency = Dependency(account: AccountID(name))
    if let node = fields[DependencyKey.contact] {
      dependency.contact = word(node, "contact", Dependency.Contact.self) ?? .share
    }
    if let node = fields[DependencyKey.condition] {
      dependency.condition = word(node, "condition", Dependency.Condition.self) ?? .registered
    }
    return dependency
  }
}
