import Reconcile
import SIP

/// URIs in their places: identity, from, registrar, route set, contact.
extension FileDecoder {
  mutating func uri(_ index: YAMLTree.Index, _ what: String) -> SIPURI? {
    guard let scalar = scalar(index, what) else { return nil }
    return uri(in: bare(tree.range(scalar)), index, what)
  }

  /// The URI in a range of the arena, with its transport checked.
  private mutating func uri(in range: Range<Int>, _ index: YAMLTree.Index, _ what: String) -> SIPURI? {
    let result: Result<SIPURI, SIPURIError> = tree.arena.withUnsafeBufferPointer { arena in
      do throws(SIPURIError) {
        return .success(try uris.read(UnsafeBufferPointer(rebasing: arena[range])))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .failure(let problem):
      error(index, URIProblem.message(problem, what), "uri")
      return nil
    case .success(let uri):
      guard uri.parameters.isEmpty || checkTransport(of: uri, index, what) else { return nil }
      return uri
    }
  }

  private mutating func checkTransport(of uri: SIPURI, _ index: YAMLTree.Index, _ what: String) -> Bool {
    guard let name = uri.parameter("transport") else { return true }
    guard let transport = Transport(name: name) else {
      error(index, "`\(what)`: the transport is one of udp, tcp, tls, ws, wss", "transport")
      return false
    }
    guard uri.scheme == .sip || transport != .udp else {
      error(index, "`\(what)`: sips means TLS, which does not run over udp", "transport")
      return false
    }
    return true
  }

  /// The range without one pair of angle brackets around it.
  private func bare(_ range: Range<Int>) -> Range<Int> {
    guard range.count > 2, tree.arena[range.lowerBound] == UInt8(ascii: "<"),
      tree.arena[range.upperBound - 1] == UInt8(ascii: ">")
    else { return range }
    return range.lowerBound + 1..<range.upperBound - 1
  }

  /// An address for To or From, with or without a display name.
  ///
  /// - Parameter what: the key that has it, `identity` or `from`.
  mutating func address(_ index: YAMLTree.Index, _ what: String) -> NameAddress? {
    guard let scalar = scalar(index, what) else { return nil }
    let range = tree.range(scalar)
    var address: NameAddress
    if tree.arena[range.upperBound - 1] == UInt8(ascii: ">") {
      guard let open = tree.arena[range].lastIndex(of: UInt8(ascii: "<")) else {
        error(index, "`\(what)`: the `>` has no `<`", "uri")
        return nil
      }
      guard let uri = uri(in: open + 1..<range.upperBound - 1, index, what) else { return nil }
      address = NameAddress(uri: uri)
      let name = tree.arena.withUnsafeBufferPointer { DisplayName.read($0[range.lowerBound..<open]) }
      guard let name else {
        error(
          index,
          "`\(what)`: a display name with quotes in it is written \"…\", with \\\" and \\\\ inside",
          "uri"
        )
        return nil
      }
      address.displayName = name.isEmpty ? nil : name
    } else if let close = tree.arena[range].lastIndex(of: UInt8(ascii: ">")),
      tree.arena[range.lowerBound..<close].contains(UInt8(ascii: "<"))
    {
      error(index, "`\(what)` ends with its `>`; leave out what stands behind it", "uri")
      return nil
    } else {
      guard let uri = uri(in: range, index, what) else { return nil }
      address = NameAddress(uri: uri)
    }
    return check(address.uri, index, what) ? address : nil
  }

  /// What To and From may not hold (RFC 3261, 19.1.1, table 1), and a password, which belongs elsewhere.
  private mutating func check(_ uri: SIPURI, _ index: YAMLTree.Index, _ what: String) -> Bool {
    if uri.password != nil {
      error(index, "`\(what)` holds a password; put it under `auth`", what)
      return false
    }
    if !uri.headers.isEmpty {
      error(index, "`\(what)` may not have headers (`?…`)", what)
      return false
    }
    if !uri.parameters.isEmpty {
      for name in ["transport", "method", "maddr", "ttl", "lr"] where uri.parameter(name) != nil {
        error(index, "`\(what)` may not have `;\(name)`; put it on `registrar`", what)
        return false
      }
    }
    return true
  }

  /// A registrar's URI: headers and `method` are refused, a user part is left out (RFC 3261, 10.2).
  mutating func registrarURI(_ index: YAMLTree.Index, _ what: String) -> SIPURI? {
    guard var uri = uri(index, what) else { return nil }
    guard uri.headers.isEmpty, uri.parameter("method") == nil else {
      error(index, "`\(what)` may have neither headers (`?…`) nor `;method`", "registrar")
      return nil
    }
    if uri.user != nil {
      let shown = uri.asRequestURI
      warn(index, "`\(what)`: a REGISTER is sent to a domain, not to a user; \(shown) is used", "registrar")
      uri = shown
    }
    return uri
  }

  /// A route set: URIs as they are written, or `host:port`, which means a loose router there.
  mutating func routes(_ index: YAMLTree.Index) -> [SIPURI]? {
    var routes: [SIPURI] = []
    for element in list(index) {
      guard let route = route(element, "outboundProxy") else { return nil }
      routes.append(route)
    }
    return routes
  }

  /// The first hops of several flows: each of its own, or one of them would be no second way.
  mutating func flows(_ index: YAMLTree.Index) -> [SIPURI] {
    var flows: [SIPURI] = []
    for element in list(index) {
      guard let flow = route(element, "flows") else { return [] }
      if flows.contains(where: { $0.isEquivalent(to: flow) }) {
        error(element, "`flows` has \(flow) twice; each flow has a first hop of its own", "outbound")
      }
      flows.append(flow)
    }
    if flows.isEmpty { error(index, "`flows` is empty; take it out, or name a first hop", "outbound") }
    if flows.count > Account.mostFlows {
      error(
        index,
        "`flows` has \(flows.count) first hops; at most \(Account.mostFlows) are kept up",
        "outbound"
      )
    }
    return flows
  }

  /// - Parameter what: the key that has it.
  private mutating func route(_ index: YAMLTree.Index, _ what: String) -> SIPURI? {
    guard let scalar = scalar(index, what) else { return nil }
    let range = bare(tree.range(scalar))
    let text = String(decoding: tree.arena[range], as: UTF8.self)
    let lowered = text.lowercased()
    guard lowered.hasPrefix("sip:") || lowered.hasPrefix("sips:") else {
      do {
        var uri = try SIPURI(parsing: "sip:" + text)
        if uri.parameter("lr") == nil { uri.parameters.append(SIPURI.Field("lr")) }
        guard uri.headers.isEmpty, checkTransport(of: uri, index, what) else { return nil }
        return uri
      } catch {
        self.error(index, URIProblem.message(error, what), "uri")
        return nil
      }
    }
    guard let uri = uri(in: range, index, what) else { return nil }
    guard uri.headers.isEmpty else {
      error(index, "`\(what)` may not have headers (`?…`)", "uri")
      return nil
    }
    if uri.parameter("lr") == nil {
      let message =
        "`\(what)` without `;lr` means a strict router (RFC 2543); nearly every proxy wants \(uri);lr"
      warn(index, message, "strict-route")
    }
    return uri
  }
}
