import Reconcile
import SIP

/// What goes into a REGISTER besides addresses: contact, push, outbound, headers, dependencies.
extension FileDecoder {
  mutating func contact(_ index: YAMLTree.Index) -> ContactDeclaration? {
    guard tree[tree.resolve(index)].kind == .mapping else {
      return uri(index, "contact").map { ContactDeclaration(uri: $0) }
    }
    guard let fields = fields(of: index, ContactKey.self, "`contact`") else { return nil }
    guard let node = fields[ContactKey.uri] else {
      error(index, "`contact` needs `uri`", "missing-key")
      return nil
    }
    guard let uri = uri(node, "uri") else { return nil }
    var contact = ContactDeclaration(uri: uri)
    if let node = fields[ContactKey.q] {
      contact.q = text(node, "q")
      if let q = contact.q, !Quantity.isPreference(Array(q.utf8)[...]) {
        error(node, "`q` is a number from 0 to 1 with at most three decimals, such as 0.75", "range")
      }
    }
    if let node = fields[ContactKey.parameters] {
      contact.parameters = headerFields(node, "parameters")
      for field in contact.parameters
      where ["q", "expires", "+sip.instance", "reg-id"].contains(field.name.lowercased()) {
        error(node, "`\(field.name)` has its own key and is no parameter here", "parameter")
      }
    }
    if let node = fields[ContactKey.uriParameters] {
      for field in headerFields(node, "uriParameters") {
        let allowed: (UInt8) -> Bool = { $0.isUnreserved || $0.isParameterUnreserved }
        let value = field.value.isEmpty ? nil : Escaped.escape(field.value, allowed: allowed)
        contact.uri.parameters.append(SIPURI.Field(Escaped.escape(field.name, allowed: allowed), value))
      }
    }
    return contact
  }

  /// Names and values; an empty value is a flag. The names are tokens (RFC 3261, 25.1).
  private mutating func headerFields(_ index: YAMLTree.Index, _ what: String) -> [HeaderField] {
    guard let entries = entries(of: index, "`\(what)`") else { return [] }
    var result: [HeaderField] = []
    for entry in entries {
      guard let name = text(entry.key, what) else { continue }
      guard name.utf8.allSatisfy({ $0.isToken }) else {
        error(
          entry.key,
          "`\(name)` is no name for a header or parameter: letters, digits, - . _ and the like",
          "name"
        )
        continue
      }
      let scalar = tree.resolve(entry.value)
      if tree[scalar].kind == .scalar, tree[scalar].length == 0 {
        result.append(HeaderField(name, ""))
      } else if let value = text(entry.value, name) {
        result.append(HeaderField(name, value))
      }
    }
    return result
  }

  mutating func headers(_ index: YAMLTree.Index) -> [HeaderField] {
    guard let entries = entries(of: index, "`headers`") else { return [] }
    for entry in entries {
      let name = tree.text(tree.resolve(entry.key))
      if let core = CoreHeader.name(of: name) {
        error(
          entry.key,
          "`\(name)` is written by the engine (\(core)) and cannot be an extra header",
          "core-header"
        )
      }
    }
    return headerFields(index, "headers")
  }

  mutating func push(_ index: YAMLTree.Index) -> PushParameters? {
    guard let fields = fields(of: index, PushKey.self, "`push`") else { return nil }
    guard let provider = fields[PushKey.provider], let prid = fields[PushKey.prid] else {
      error(index, "`push` needs `provider` and `prid`", "missing-key")
      return nil
    }
    guard let name = text(provider, "provider", isShared: true) else { return nil }
    guard name.utf8.allSatisfy(\.isToken) else {
      error(provider, "`provider` must be a name such as apns, fcm or webpush (RFC 8599, 10)", "push")
      return nil
    }
    var push = PushParameters(provider: name, prid: "")
    if let node = fields[PushKey.param] {
      push.param = text(node, "param", isShared: true)
      if name == "webpush" { error(node, "webpush has no `param` (RFC 8599, 12)", "push") }
    }
    if tree[tree.resolve(prid)].kind == .scalar {
      push.prid = text(prid, "prid") ?? ""
      literals = (literals?.first ?? prid, (literals?.count ?? 0) + 1)
    } else {
      push.pridReference = secret(prid, "prid")
    }
    return push
  }

  mutating func outbound(_ index: YAMLTree.Index) -> OutboundSettings? {
    if tree[tree.resolve(index)].kind == .scalar {
      return bool(index, "outbound").map { OutboundSettings(isEnabled: $0) }
    }
    guard let fields = fields(of: index, OutboundKey.self, "`outbound`") else { return nil }
    var outbound = OutboundSettings(isEnabled: true)
    if let node = fields[OutboundKey.enabled] { outbound.isEnabled = bool(node, "enabled") ?? false }
    if let node = fields[OutboundKey.gruu] { outbound.usesGRUU = bool(node, "gruu") ?? false }
    if let node = fields[OutboundKey.flows] { outbound.flows = flows(node) }
    if let node = fields[OutboundKey.regID] {
      outbound.regID = integer(node, "regID", OutboundKey.regIDs).map { UInt32($0) }
      if outbound.flows.count > 1 {
        error(
          node,
          "several flows have the reg-ids 1, 2 and so on by their order; take `regID` out",
          "outbound"
        )
      }
    }
    if let node = fields[OutboundKey.instanceID], let text = text(node, "instanceID") {
      let isURN = text.lowercased().hasPrefix("urn:") && text.utf8.count > 8
      if isURN, !text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f || "<>\"\\".utf8.contains($0) }) {
        outbound.instanceID = text
      } else {
        error(
          node,
          "`instanceID` is a URN, such as urn:uuid:00000000-0000-1000-8000-aabbccddeeff",
          "outbound"
        )
      }
    }
    return outbound
  }

  mutating func retry(_ index: YAMLTree.Index) -> RetryPolicy? {
    guard let fields = fields(of: index, RetryKey.self, "`retry`") else { return nil }
    var retry = RetryPolicy()
    if let node = fields[RetryKey.base] { retry.base = seconds(node, "base", from: 1) ?? retry.base }
    if let node = fields[RetryKey.max] { retry.max = seconds(node, "max", from: 1) ?? retry.max }
    if let node = fields[RetryKey.stalledProbe] {
      retry.stalledProbe = seconds(node, "stalledProbe", from: 1) ?? retry.stalledProbe
    }
    if retry.base > retry.max { error(index, "`retry`: base is longer than max", "range") }
    return retry
  }
}
