import SIP

/// Which answer a request gets, in the order of RFC 3261, 8.2 and 10.3.
extension RegistrarCore {
  /// Writes the answer into the writer.
  mutating func answer(
    _ exchange: inout Exchange,
    fault: MessageError?,
    using random: inout some RandomNumberGenerator
  ) -> Answer {
    let request = exchange.request
    guard request.bytes.count <= settings.limits.messageBytes else { return refuse(exchange, 513) }
    if let fault {
      guard let status = fault.status else { return Answer(status: nil) }
      return refuse(exchange, status)
    }
    do {
      try request.validateRequest()
    } catch {
      return refuse(exchange, error.status ?? 400)
    }
    guard let method = request.method else { return Answer(status: nil) }
    if method.isEqual(to: "OPTIONS") {
      return hasUnknownExtensions(request) ? refuseExtensions(exchange) : options(exchange)
    }
    guard method.isEqual(to: "REGISTER") else { return refuse(exchange, methodStatus(method)) }
    if let scripted = applyFaults(&exchange, using: &random) { return scripted }
    return register(&exchange, using: &random)
  }

  /// Every method of the RFCs is known, and only two are served.
  private func methodStatus(_ method: UnsafeRawBufferPointer) -> UInt16 {
    if method.isEqual(to: "CANCEL") { return 481 }
    for known in RegistrarCore.knownMethods where method.isEqual(to: known) { return 405 }
    return 501
  }

  private static let knownMethods: [StaticString] = [
    "INVITE", "BYE", "SUBSCRIBE", "NOTIFY", "MESSAGE", "INFO", "PRACK", "UPDATE", "REFER", "PUBLISH",
  ]

  private mutating func options(_ exchange: Exchange) -> Answer {
    begin(exchange, 200)
    writer.header(.accept, "application/sdp")
    writer.header(.allow, "REGISTER, OPTIONS")
    writer.header(.supported, "path, outbound")
    return end(exchange, 200)
  }

  // MARK: - Scripted faults

  /// Draws the faults that strike the request; an answer, if one of them decides it.
  private mutating func applyFaults(
    _ exchange: inout Exchange,
    using random: inout some RandomNumberGenerator
  ) -> Answer? {
    guard !faults.isEmpty else { return nil }
    let hasCredentials = exchange.request.value(.authorization) != nil
    exchange.effects = faults.effects(
      identity: exchange.request.identityText,
      hasCredentials: hasCredentials,
      using: &random
    )
    for effect in exchange.effects {
      switch effect {
      case .silence: return Answer(status: nil)
      case .restart: restart()
      case .stale: return challenge(exchange, isStale: true, using: &random)
      case .answer(let status, let retryAfter, let minExpires):
        return scripted(exchange, status, retryAfter: retryAfter, minExpires: minExpires)
      case .redirect(let target): return redirect(exchange, to: target)
      case .loseAnswer, .delay, .wrongBranch, .grant, .rewriteContact, .foreignContact, .seenAt, .overload:
        continue
      }
    }
    return nil
  }

  private mutating func redirect(_ exchange: Exchange, to target: SIPURI) -> Answer {
    begin(exchange, 302)
    writer.header(.contact) { $0.append(contentsOf: "<\(target)>".utf8) }
    return end(exchange, 302)
  }

  private mutating func scripted(
    _ exchange: Exchange,
    _ status: UInt16,
    retryAfter: UInt32?,
    minExpires: UInt32?
  ) -> Answer {
    begin(exchange, status)
    if let retryAfter { writer.header(.retryAfter) { $0.append(decimal: retryAfter) } }
    if status == 423 { writer.header(.minExpires) { $0.append(decimal: minExpires ?? 3600) } }
    return end(exchange, status)
  }

  // MARK: - Writing

  /// Answers with a code and nothing else but what the code must have.
  mutating func refuse(_ exchange: Exchange, _ status: UInt16) -> Answer {
    begin(exchange, status)
    switch status {
    case 405, 501: writer.header(.allow, "REGISTER, OPTIONS")
    case 423: writer.header(.minExpires) { $0.append(decimal: settings.minExpires) }
    case 503: writer.header(.retryAfter) { $0.append(decimal: UInt32(60)) }
    default: break
    }
    return end(exchange, status)
  }

  mutating func begin(_ exchange: Exchange, _ status: UInt16) {
    let source = seenSource(of: exchange)
    writer.load = load(of: exchange)
    withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { tag in
      for position in 0..<16 {
        let digit = UInt8(truncatingIfNeeded: exchange.tag >> UInt64(60 - position * 4) & 15)
        tag[position] = digit < 10 ? digit + 0x30 : digit + 0x57
      }
      writer.begin(
        status,
        ReasonPhrase.text(status),
        to: exchange.request,
        from: source.address,
        port: source.port,
        tag: UnsafeRawBufferPointer(tag)
      )
    }
  }

  private func seenSource(of exchange: Exchange) -> Endpoint {
    for case .seenAt(let host, let port) in exchange.effects {
      return Endpoint(address: host, port: port ?? UInt16(1024 + log.total % 60_000))
    }
    return exchange.source
  }

  /// The numbers only grow (RFC 7339, 4.4), for the answers come in the order of the requests.
  private func load(of exchange: Exchange) -> String {
    for case .overload(let amount, let isRate, let validity) in exchange.effects {
      let lasting = validity.map { ";oc-validity=\($0)" } ?? ""
      return ";oc=\(amount);oc-algo=\"\(isRate ? "rate" : "loss")\"\(lasting);oc-seq=\(log.total).0"
    }
    return ""
  }

  mutating func end(_ exchange: Exchange, _ status: UInt16) -> Answer {
    writer.end()
    if exchange.effects.contains(.wrongBranch), let branch = exchange.request.topVia?.branch {
      writer.damage(Array(branch))
    }
    return Answer(status: status, user: exchange.user?.name)
  }
}

extension MessageView {
  /// The address of record as `user@host` with its escapes decoded; empty if To is no SIP URI.
  fileprivate var identityText: String {
    guard let to else { return "" }
    do {
      let key = try AddressOfRecord(SIPURI(parsing: to.uri)).key
      return String(key.drop { $0 != ":" }.dropFirst())
    } catch {
      return ""
    }
  }
}
