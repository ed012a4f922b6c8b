import Reconcile
import SIP

/// What one account must hold by itself, once defaults are applied.
extension FileDecoder {
  /// - Parameter given: the keys that the account or the defaults have.
  mutating func check(_ account: inout Account, _ fields: Fields, _ entry: NamedEntry, given: KeyBits) {
    settleFlows(&account, fields)
    checkTransport(account, fields, entry)
    if account.contactMaster != nil { checkShare(&account, fields) }
    if account.from != nil { checkThirdParty(&account, fields, entry, given: given) }
    if account.contact != nil { checkContact(account, fields, fields[AccountKey.contact] ?? entry.key) }
    if account.exclusive, account.sharedIdentity {
      error(
        entry.key,
        "`exclusive` would remove the bindings that `sharedIdentity` allows; choose one",
        "identity"
      )
    }
    if account.credentials.contains(where: { $0.kind == .token }) {
      checkToken(account, fields[AccountKey.auth] ?? entry.key)
    }
    if account.push != nil { checkPush(account, fields[AccountKey.push] ?? entry.key) }
  }

  /// A push token is to be sent over TLS only (RFC 8599, 13). Where neither the account nor its next hop names a
  /// transport it is UDP for an address or a port, and for a name what DNS says.
  private mutating func checkPush(_ account: Account, _ at: YAMLTree.Index) {
    let hop = hop(account.outboundProxy.first ?? account.registrar, of: account)
    let isNamed = if case .name = hop.host { hop.port == nil } else { false }
    guard !hop.isSecure, let transport = hop.transport ?? (isNamed ? nil : .udp), !transport.isSecure else {
      return
    }
    warn(
      at,
      "the push token is sent in clear over \(transport.rawValue), and whoever has it can wake the device; "
        + "use `transport: tls` (RFC 8599, 13)",
      "push"
    )
  }

  private func hop(_ uri: SIPURI, of account: Account) -> Destination {
    let isSIPS = account.registrar.scheme == .sips || account.identity.uri.scheme == .sips
    return Destination(uri, transport: account.transport, isSecure: isSIPS)
  }

  /// Whoever has a bearer token is the account, so it goes over TLS only (RFC 8898, 2.1.2), and that is not left to
  /// DNS.
  private mutating func checkToken(_ account: Account, _ at: YAMLTree.Index) {
    let hops =
      account.outbound.flows.isEmpty
      ? [account.outboundProxy.first ?? account.registrar] : account.outbound.flows
    for hop in hops.map({ hop($0, of: account) }) where !hop.isSecure {
      guard hop.transport?.isSecure != true else { continue }
      error(
        at,
        "a token is sent over TLS only (RFC 8898, 2.1.2), and \(hop.host) is not asked over TLS for certain; "
          + "write `transport: tls`",
        "token"
      )
      return
    }
  }

  /// A flow's first hop takes the place of a route set that the registrar or the defaults give.
  private mutating func settleFlows(_ account: inout Account, _ fields: Fields) {
    guard let first = account.outbound.flows.first else { return }
    if let node = fields[AccountKey.outboundProxy] {
      error(
        node,
        "each of `outbound`'s `flows` is a first hop, beside which there is no route set; keep one of the two",
        "outbound"
      )
    }
    account.outboundProxy = [first]
  }

  /// SIPS needs TLS (RFC 3261, 26.2.2).
  private mutating func checkTransport(_ account: Account, _ fields: Fields, _ entry: NamedEntry) {
    let isSIPS = account.registrar.scheme == .sips || account.identity.uri.scheme == .sips
    guard isSIPS, (account.transport ?? account.registrar.transport) == .udp else { return }
    let at = fields[AccountKey.transport] ?? fields[AccountKey.identity] ?? entry.key
    error(at, "sips means TLS, which does not run over udp; use tls, or sip:", "transport")
  }

  /// Whoever shares its master's contact has none of its own.
  private mutating func checkShare(_ account: inout Account, _ fields: Fields) {
    let advice = "write `contact: own` in `dependsOn`, or leave it out"
    if let node = fields[AccountKey.contact] {
      error(node, "this account has its master's contact; \(advice)", "contact")
    } else if account.contact != nil {
      account.contact = nil
    }
    guard account.outbound.isEnabled else { return }
    if let node = fields[AccountKey.outbound] {
      error(node, "outbound needs a contact of the account's own (RFC 5626, 4.2.3); \(advice)", "outbound")
    } else {
      account.outbound = OutboundSettings()
    }
  }

  private mutating func checkContact(_ account: Account, _ fields: Fields, _ at: YAMLTree.Index) {
    guard let contact = account.contact?.uri else { return }
    if contact.user == account.identity.uri.user || contact.user?.utf8.contains(UInt8(ascii: "%")) == true,
      contact.isEquivalent(to: account.identity.uri)
    {
      error(at, "`contact` is the identity itself: calls would go round in a loop", "contact")
    }
    if contact.host.isUnspecified {
      error(
        at,
        "`contact`: no one can send to \(contact.host); give the address that callers reach",
        "contact"
      )
    }
    // An address that could not be read has its complaint already; the registrar is then what it was before.
    guard account.outboundProxy.first != nil || fields[AccountKey.outboundProxy] == nil else { return }
    let nextHop = account.outboundProxy.first?.host ?? account.registrar.host
    if contact.host.isLoopback, !nextHop.isLoopback, !nextHop.isUnspecified {
      error(
        at,
        "`contact`: \(contact.host) means another machine to \(nextHop); give an address it reaches",
        "contact"
      )
    }
  }
}
