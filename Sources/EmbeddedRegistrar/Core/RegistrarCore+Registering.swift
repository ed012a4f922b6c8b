import SIP

/// The steps of RFC 3261, 10.3, in their order: of several faults the first decides.
extension RegistrarCore {
  mutating func register(
    _ exchange: inout Exchange,
    using random: inout some RandomNumberGenerator
  ) -> Answer {
    let request = exchange.request
    // 1. The domain of the Request-URI.
    guard let target = request.requestURI, serves(target) else { return refuse(exchange, 404) }
    // 2. Extensions that must be understood.
    if hasUnknownExtensions(request) { return refuseExtensions(exchange) }
    // 3. Who asks.
    if let access = settings.access {
      let verifier = DigestVerifier(
        access: access,
        realm: settings.realm,
        algorithms: settings.algorithms,
        acceptsAnyURI: settings.acceptsAnyDigestURI
      )
      switch verifier.verify(request, nonces: &nonces, at: exchange.now) {
      case .accepted(let user): exchange.user = user
      case .refused: return challenge(exchange, isStale: false, using: &random)
      case .stale: return challenge(exchange, isStale: true, using: &random)
      }
    }
    guard let identity = identity(of: request) else { return refuse(exchange, 400) }
    // 4. Whether they may.
    if let user = exchange.user, !user.mayRegister(identity) { return refuse(exchange, 403) }
    // 5. The address of record.
    guard settings.domains.isEmpty || settings.domains.contains(identity.host) else {
      return refuse(exchange, 404)
    }
    return update(exchange, AddressOfRecord(identity))
  }

  private func serves(_ target: UnsafeRawBufferPointer) -> Bool {
    guard !settings.domains.isEmpty else { return true }
    do {
      return settings.domains.contains(try SIPURI(parsing: target).host)
    } catch {
      return false
    }
  }

  private func identity(of request: MessageView) -> SIPURI? {
    guard let to = request.to else { return nil }
    do { return try SIPURI(parsing: to.uri) } catch { return nil }
  }

  // MARK: - Extensions

  /// `path` is understood: there is no proxy between that would need one (RFC 3327, 5.3). And `outbound` is.
  private static func isKnown(_ tag: UnsafeRawBufferPointer) -> Bool {
    tag.isEqual(ignoringCase: "path") || tag.isEqual(ignoringCase: "outbound")
  }

  func hasUnknownExtensions(_ request: MessageView) -> Bool {
    var isUnknown = false
    request.forEachListValue(.require) { tag in
      isUnknown = !RegistrarCore.isKnown(tag)
      return !isUnknown
    }
    return isUnknown
  }

  mutating func refuseExtensions(_ exchange: Exchange) -> Answer {
    begin(exchange, 420)
    var isFirst = true
    writer.header(.unsupported) { out in
      exchange.request.forEachListValue(.require) { tag in
        guard !RegistrarCore.isKnown(tag) else { return true }
        if !isFirst { out.append(literal: ", ") }
        out.append(bytes: tag)
        isFirst = false
        return true
      }
    }
    return end(exchange, 420)
  }

  // MARK: - Steps 6 to 8

  private mutating func update(_ exchange: Exchange, _ identity: AddressOfRecord) -> Answer {
    let now = exchange.now
    let old = store.bindings(of: identity, at: now)
    guard exchange.request.value(.contact) != nil else { return list(old, exchange) }
    guard let callID = exchange.request.callID, let cseq = exchange.request.cseq else {
      return refuse(exchange, 400)
    }
    let update = BindingUpdate(
      request: exchange.request,
      callID: callID,
      cseq: cseq.number,
      settings: settings,
      granted: exchange.grantedExpires,
      now: now
    )
    do throws(BindingUpdate.Refusal) {
      let bindings = try update.apply(to: old)
      guard makeRoom(for: identity, bindings, at: now) else { return refuse(exchange, 503) }
      store.replace(bindings, of: identity)
      return list(bindings, exchange)
    } catch {
      return refuse(exchange, RegistrarCore.status(of: error))
    }
  }

  private static func status(of refusal: BindingUpdate.Refusal) -> UInt16 {
    switch refusal {
    case .wildcard, .contact: 400
    case .tooBrief: 423
    case .outOfOrder: 500
    case .tooMany: 403
    }
  }

  private mutating func makeRoom(for identity: AddressOfRecord, _ bindings: [Binding], at now: Instant)
    -> Bool
  {
    let limit = settings.limits.identities
    guard !bindings.isEmpty, store.identityCount >= limit, !store.contains(identity) else { return true }
    store.sweep(at: now)
    return store.identityCount < limit
  }

  /// The 200: every binding with what is left of its time.
  private mutating func list(_ bindings: [Binding], _ exchange: Exchange) -> Answer {
    begin(exchange, 200)
    if appliesOutbound(exchange.request) { writer.header(.require, "outbound") }
    for binding in bindings { append(binding, exchange) }
    for case .foreignContact(let uri) in exchange.effects {
      writer.header(.contact) { out in
        out.append(UInt8(ascii: "<"))
        out.append(string: uri.description)
        out.append(literal: ">;expires=1800")
      }
    }
    writer.header(.date) { date.append(at: exchange.now, to: &$0) }
    return end(exchange, 200)
  }

  /// True for a flow that is registered by who supports it: bindings are told apart by it (RFC 5626, 6).
  private func appliesOutbound(_ request: MessageView) -> Bool {
    var isSupported = false
    request.forEachListValue(.supported) { tag in
      isSupported = tag.isEqual(ignoringCase: "outbound")
      return !isSupported
    }
    guard isSupported else { return false }
    var hasFlow = false
    _ = request.forEachContact { contact in
      hasFlow = contact.instance != nil && contact.registrationID != nil
      return !hasFlow
    }
    return hasFlow
  }

  private mutating func append(_ binding: Binding, _ exchange: Exchange) {
    let uri = rewritten(binding.uri, exchange)
    writer.header(.contact) { out in
      out.append(UInt8(ascii: "<"))
      out.append(contentsOf: uri)
      out.append(UInt8(ascii: ">"))
      out.append(contentsOf: binding.parameters)
      out.append(literal: ";expires=")
      out.append(decimal: binding.remaining(at: exchange.now))
    }
  }

  private func rewritten(_ uri: [UInt8], _ exchange: Exchange) -> [UInt8] {
    for case .rewriteContact(let host, let port) in exchange.effects {
      do {
        var changed = try SIPURI(parsing: uri[...])
        changed.host = host
        changed.port = port
        return Array(changed.description.utf8)
      } catch {
        return uri
      }
    }
    return uri
  }

  // MARK: - Challenges

  /// 401 with one row for each algorithm, all for one new nonce (RFC 8760, 2.3).
  mutating func challenge(
    _ exchange: Exchange,
    isStale: Bool,
    using random: inout some RandomNumberGenerator
  ) -> Answer {
    var nonce: [UInt8] = []
    nonce.reserveCapacity(NonceStore.textLength)
    nonces.issue(at: exchange.now, random: random.next(), to: &nonce)
    begin(exchange, 401)
    for algorithm in settings.algorithms {
      writer.header(.wwwAuthenticate) { out in
        out.append(literal: "Digest realm=")
        out.append(quoted: settings.realm)
        out.append(literal: ", nonce=\"")
        out.append(contentsOf: nonce)
        out.append(literal: "\", qop=\"auth\", algorithm=")
        out.append(literal: algorithm.name)
        if isStale { out.append(literal: ", stale=true") }
      }
    }
    return end(exchange, 401)
  }
}
