import Reconcile
import SIP

/// The sections of a file other than accounts.
extension FileDecoder {
  mutating func registrar(_ entry: NamedEntry, name: String) -> (RegistrarDeclaration, RegistrarLimits)? {
    guard let fields = fields(of: entry.value, RegistrarKey.self, "registrar `\(name)`") else { return nil }
    guard let node = fields[RegistrarKey.uri] else {
      error(entry.key, "registrar `\(name)` needs `uri`", "missing-key")
      return nil
    }
    guard let uri = registrarURI(node, "uri") else { return nil }
    var declaration = RegistrarDeclaration(uri: uri)
    var limits = RegistrarLimits(name: name, uri: uri)
    if let node = fields[RegistrarKey.outboundProxy] { declaration.outboundProxy = routes(node) ?? [] }
    if let node = fields[RegistrarKey.maxRate] {
      limits.maxRate = integer(node, "maxRate", RegistrarKey.limits)
    }
    if let node = fields[RegistrarKey.maxInFlight] {
      limits.maxInFlight = integer(node, "maxInFlight", RegistrarKey.limits)
    }
    if let node = fields[RegistrarKey.tls] { declaration.tls = tls(node) }
    return (declaration, limits)
  }

  mutating func tls(_ index: YAMLTree.Index) -> TLSSettings? {
    guard let fields = fields(of: index, TLSKey.self, "`tls`") else { return nil }
    var tls = TLSSettings()
    if let node = fields[TLSKey.ca] { tls.ca = file(node, "ca") }
    if let node = fields[TLSKey.certificate] { tls.certificate = file(node, "certificate") }
    if let node = fields[TLSKey.key] { tls.key = file(node, "key") }
    if let node = fields[TLSKey.serverName] { tls.serverName = text(node, "serverName") }
    if let node = fields[TLSKey.allowWildcard] { tls.allowWildcard = bool(node, "allowWildcard") ?? false }
    if (fields[TLSKey.key] == nil) != (fields[TLSKey.certificate] == nil) {
      error(index, "`certificate` and `key` belong together", "tls")
    }
    return tls
  }

  mutating func engine(_ index: YAMLTree.Index) -> EngineSettings {
    var settings = EngineSettings()
    guard let fields = fields(of: index, EngineKey.self, "`engine`") else { return settings }
    if let node = fields[EngineKey.userAgent] {
      let scalar = tree.resolve(node)
      // An empty text is meant: it sends no User-Agent at all.
      let isEmpty = tree[scalar].kind == .scalar && tree[scalar].length == 0 && !tree[scalar].isPlain
      settings.userAgent = isEmpty ? "" : text(node, "userAgent")
    }
    if let node = fields[EngineKey.bind] { settings.bind = hostPort(node, "bind", isOwn: true) }
    if let node = fields[EngineKey.advertise] { settings.advertise = hostPort(node, "advertise") }
    if let node = fields[EngineKey.natContact] {
      settings.natContact = word(node, "natContact", EngineSettings.NATContact.self)
      if settings.natContact == .auto, fields[EngineKey.advertise] != nil {
        error(
          node,
          "`advertise` says what contacts show, so there is nothing to learn: take `natContact` or `advertise` out",
          "nat-contact"
        )
      }
    }
    if let node = fields[EngineKey.localAddresses] {
      settings.localAddresses = word(node, "localAddresses", LocalAddresses.self)
    }
    if let node = fields[EngineKey.requireChallenge] {
      settings.challenges.isRequired = bool(node, "requireChallenge") ?? false
    }
    if let node = fields[EngineKey.downgrade] {
      settings.challenges.downgrade = word(node, "downgrade", ChallengePolicy.Downgrade.self) ?? .warn
    }
    if let node = fields[EngineKey.overloadControl] {
      settings.overloadControl = bool(node, "overloadControl") ?? false
    }
    return settings
  }

  /// `host` or `host:port`; port 0 lets the system choose.
  ///
  /// - Parameter isOwn: an address of this machine: no name but `localhost`, for there is nothing yet to look one up
  ///   with.
  private mutating func hostPort(_ index: YAMLTree.Index, _ what: String, isOwn: Bool = false) -> String? {
    guard let text = text(index, what) else { return nil }
    let start = text.hasPrefix("[") ? text.firstIndex(of: "]") ?? text.startIndex : text.startIndex
    let colon = text[start...].firstIndex(of: ":") ?? text.endIndex
    let port = colon < text.endIndex ? String(text[text.index(after: colon)...]) : nil
    if let host = Host(text[..<colon]), !isOwn || host.isOwnable,
      port.map({ Quantity.integer($0.utf8).map { $0 <= 65535 } ?? false }) ?? true
    {
      return text
    }
    let meaning = isOwn ? "an address of this machine with a port" : "host:port"
    error(index, "`\(what)` must be \(meaning), such as 192.0.2.1:5060 or [2001:db8::1]:5060", "address")
    return nil
  }

  mutating func policy(_ index: YAMLTree.Index) -> ReconcilePolicy {
    var policy = ReconcilePolicy()
    guard let fields = fields(of: index, ReconcileKey.self, "`reconcile`") else { return policy }
    if let node = fields[ReconcileKey.prune] {
      policy.prune = word(node, "prune", ReconcilePolicy.Prune.self) ?? .auto
    }
    if let node = fields[ReconcileKey.maxUnregister] {
      let scalar = tree.resolve(node)
      if tree[scalar].kind == .scalar, let percent = Quantity.percent(tree.bytes(scalar)) {
        policy.maxUnregister = percent
      } else {
        error(node, "`maxUnregister` is a share from 0% to 100%, such as 30%", "range")
      }
    }
    if let node = fields[ReconcileKey.interval] {
      policy.interval = seconds(node, "interval", from: 1) ?? policy.interval
    }
    return policy
  }
}

extension Host {
  /// True for what a socket can be bound to without asking a name server.
  fileprivate var isOwnable: Bool {
    switch self {
    case .ipv4, .ipv6: true
    case .name(let name): name.lowercased() == "localhost"
    }
  }
}
