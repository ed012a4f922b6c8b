public import SIP

/// Where an engine is reached: what the contacts that are its own address show.
///
/// A contact for UDP may show any of the machine's addresses, for one socket hears them all; the port tells
/// whether it leads here. One for a connection stands for that connection alone, and changes with it.
public struct OwnAddress: Sendable, Hashable {
  /// What contacts show in place of the machine's address, `host` or `host:port`.
  public struct Advertised: Sendable, Hashable {
    public var host: Host
    public var port: UInt16?

    public init(host: Host, port: UInt16?) {
      self.host = host
      self.port = port
    }

    /// Reads `host` or `host:port`; nil for anything else.
    public init?(_ text: String) {
      guard let uri = SIPURI.reading("sip:\(text)"), uri.user == nil, uri.parameters.isEmpty else {
        return nil
      }
      self.init(host: uri.host, port: uri.port)
    }
  }

  public let advertised: Advertised?
  /// The machine's addresses, or the one that is bound; empty where they are not known.
  public let hosts: [Host]
  /// The port that hears everybody; nil where there is none.
  public let port: UInt16?
  /// Contacts show where registrars see us, which only their answers tell.
  public let learnsContacts: Bool
  /// What answers have told, and contacts show.
  public let learned: Set<Endpoint>
  /// The `host:port` of contacts that are ours, as they are usually written.
  private let texts: [String]
  private let learnedTexts: Set<String>

  public init(
    advertised: Advertised? = nil,
    hosts: [Host],
    port: UInt16?,
    learnsContacts: Bool = false,
    learned: Set<Endpoint> = []
  ) {
    self.advertised = advertised
    self.hosts = hosts
    self.port = port
    self.learnsContacts = learnsContacts
    self.learned = learned
    learnedTexts = Set(learned.map(\.description))
    if let advertised {
      texts = [advertised.port.map { "\(advertised.host):\($0)" } ?? "\(advertised.host)"]
    } else {
      texts = port.map { port in hosts.map { "\($0):\(port)" } } ?? []
    }
  }

  /// The same with another advertised address.
  public func advertising(_ advertised: Advertised?) -> OwnAddress {
    OwnAddress(
      advertised: advertised,
      hosts: hosts,
      port: port,
      learnsContacts: learnsContacts,
      learned: learned
    )
  }

  /// The same with what answers have told by now.
  public func having(learned: Set<Endpoint>) -> OwnAddress {
    guard learned != self.learned else { return self }
    return OwnAddress(
      advertised: advertised,
      hosts: hosts,
      port: port,
      learnsContacts: learnsContacts,
      learned: learned
    )
  }

  /// True if a contact that was our own address still is.
  ///
  /// While the machine has no address but its loopback, nothing can take the contact's place: it stays.
  ///
  /// A public address that is none of the machine's is taken for one that an answer told, to this process or to
  /// one before, where contacts are learned: what it should be now only the next answer tells.
  public func holds(_ contact: SIPURI) -> Bool {
    let transport = contact.transport ?? .udp
    if transport == .ws || transport == .wss { return true }
    if let advertised { return contact.host == advertised.host && contact.port == advertised.port }
    if transport.isReliable { return true }
    return isLearned(contact) || isOfMachine(contact)
  }

  private func isLearned(_ contact: SIPURI) -> Bool {
    guard learnsContacts, !hosts.contains(contact.host) else { return false }
    if contact.host.isPublic { return true }
    let port = contact.port ?? Transport.udp.defaultPort
    return learned.contains(Endpoint(address: contact.host, port: port))
  }

  /// True if a contact for UDP shows an address and the port of this machine.
  package func isOfMachine(_ contact: SIPURI) -> Bool {
    if let port, (contact.port ?? Transport.udp.defaultPort) != port { return false }
    return hosts.contains(contact.host) || !hosts.contains { !$0.isLoopback }
  }

  /// True only if `holds` is, told from the contact's text alone: what is asked of a million accounts.
  func plainlyHolds(_ contact: String) -> Bool {
    var rest = contact[...]
    if let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) {
      rest = rest[rest.utf8.index(after: at)...]
    } else if rest.hasPrefix("sip:") {
      rest = rest.dropFirst(4)
    }
    let host = rest.prefix { $0 != ";" && $0 != "?" }
    return texts.contains { $0 == host } || (!learnedTexts.isEmpty && learnedTexts.contains(String(host)))
  }

  /// The contact that the engine is going to choose for an account over UDP, as far as it can be told before anything
  /// is sent: of several addresses, the way to the registrar decides. Nil for a contact that stands for a connection.
  func contactToBe(of account: Account) -> SIPURI? {
    let server = account.outboundProxy.first ?? account.registrar
    guard (account.transport ?? server.transport ?? .udp) == .udp, server.scheme == .sip,
      account.registrar.scheme == .sip, account.identity.uri.scheme == .sip, let port
    else { return nil }
    var uri = SIPURI(user: account.identity.uri.user, host: advertised?.host ?? server.host)
    uri.port = advertised.map(\.port) ?? port
    if advertised == nil, !server.host.isLoopback {
      let outside = hosts.filter { !$0.isLoopback }
      guard let host = outside.first(where: { $0.isSameFamily(as: server.host) }) ?? outside.first else {
        return nil
      }
      uri.host = host
    }
    return account.contactURI(at: uri)
  }

  /// A contact with our present address in place of the one it shows, as far as it can be told beforehand:
  /// of several addresses, the way to the registrar decides.
  func replacing(in contact: SIPURI) -> SIPURI {
    var moved = contact
    if let advertised {
      moved.host = advertised.host
      moved.port = advertised.port
      return moved
    }
    moved.port = port
    guard !hosts.contains(contact.host) else { return moved }
    moved.host =
      hosts.first { !$0.isLoopback && $0.isSameFamily(as: contact.host) } ?? hosts.first { !$0.isLoopback }
      ?? contact.host
    return moved
  }
}

extension Host {
  /// An address that can be reached from everywhere.
  fileprivate var isPublic: Bool {
    switch self {
    case .name: false
    case .ipv4(let address): address.isUnicast && !address.isPrivate && !address.isLoopback
    // 2000::/3 (RFC 4291, 2.4).
    case .ipv6(let address): address.high >> 61 == 1
    }
  }

  fileprivate func isSameFamily(as other: Host) -> Bool {
    switch (self, other) {
    case (.ipv4, .ipv4), (.ipv6, .ipv6), (.name, .name): true
    case (.ipv4, _), (.ipv6, _), (.name, _): false
    }
  }
}
