public import SIP

/// One declared SIP account, with every default filled in: the value that is compared, registered and kept.
///
/// What each field means for the wire when it changes is `AccountField.effect`. No field holds a secret:
/// credentials are references, and a literal one is left out when an account is encoded.
public struct Account: Sendable, Hashable {
  /// One element: an array is shared by its copies and changed in place by its only owner, so that to copy an
  /// account, which has dozens of fields, costs no more than to copy one reference.
  private var storage: [AccountFields]

  /// Everything else has its default value.
  public init(id: AccountID, identity: NameAddress, registrar: SIPURI? = nil) {
    storage = [AccountFields(id: id, identity: identity, registrar: registrar)]
  }

  /// The master whose contact this account shares, if there is one.
  public var contactMaster: AccountID? { dependsOn.first { $0.contact == .share }?.account }

  /// Its contact is the engine's own address, and nobody else's.
  package var hasOwnContact: Bool { contact == nil && contactMaster == nil }
}

extension Account: Codable {
  public init(from decoder: any Decoder) throws { storage = [try AccountFields(from: decoder)] }
  public func encode(to encoder: any Encoder) throws { try storage[0].encode(to: encoder) }
}

extension Account: CustomReflectable {
  /// The fields, not how they are stored.
  public var customMirror: Mirror {
    let fields = Mirror(reflecting: storage[0]).children.filter { $0.label != "terms" }
    return Mirror(self, children: fields + Mirror(reflecting: storage[0].terms[0]).children)
  }
}

// MARK: - Fields

extension Account {
  public var id: AccountID {
    get { storage[0].id }
    _modify { yield &storage[0].id }
  }

  /// The address of record, with its display name (RFC 3261, To and From).
  public var identity: NameAddress {
    get { storage[0].identity }
    _modify { yield &storage[0].identity }
  }

  /// Who registers the identity, where that is somebody else (third-party registration, RFC 3261, 10.2): From is this
  /// address then, and To the identity. Nil: the identity registers itself, and both are it.
  ///
  /// What is bound is then no contact of this process: nothing of outbound is sent (RFC 5626, 4.2.3).
  public var from: NameAddress? {
    get { storage[0].terms[0].from }
    _modify { yield &storage[0].terms[0].from }
  }

  /// Where REGISTER goes and its Request-URI: no user, no headers, no `method`.
  public var registrar: SIPURI {
    get { storage[0].registrar }
    _modify { yield &storage[0].registrar }
  }

  /// The preloaded route set, in order (RFC 3261, 8.1.1.1).
  public var outboundProxy: [SIPURI] {
    get { storage[0].outboundProxy }
    _modify { yield &storage[0].outboundProxy }
  }

  /// The transport that was asked for; nil leaves it to the URI and RFC 3263.
  public var transport: Transport? {
    get { storage[0].transport }
    _modify { yield &storage[0].transport }
  }

  /// False: declared, and deliberately unregistered.
  public var register: Bool {
    get { storage[0].register }
    _modify { yield &storage[0].register }
  }

  public var dependsOn: [Dependency] {
    get { storage[0].dependsOn }
    _modify { yield &storage[0].dependsOn }
  }

  public var credentials: [CredentialDeclaration] {
    get { storage[0].credentials }
    _modify { yield &storage[0].credentials }
  }

  /// The requested lifetime of the binding, in seconds.
  public var expires: UInt32 {
    get { storage[0].expires }
    _modify { yield &storage[0].expires }
  }

  /// The explicit contact; nil uses the engine's own address, or the master's contact where one is shared.
  public var contact: ContactDeclaration? {
    get { storage[0].terms[0].contact }
    _modify { yield &storage[0].terms[0].contact }
  }

  /// RFC 8599.
  public var push: PushParameters? {
    get { storage[0].terms[0].push }
    _modify { yield &storage[0].terms[0].push }
  }

  /// RFC 5626.
  public var outbound: OutboundSettings {
    get { storage[0].terms[0].outbound }
    _modify { yield &storage[0].terms[0].outbound }
  }

  public var headers: [HeaderField] {
    get { storage[0].terms[0].headers }
    _modify { yield &storage[0].terms[0].headers }
  }

  /// The keep-alive period in seconds; nil is the default policy, 0 is off.
  public var keepAlive: UInt32? {
    get { storage[0].keepAlive }
    _modify { yield &storage[0].keepAlive }
  }

  public var retry: RetryPolicy {
    get { storage[0].terms[0].retry }
    _modify { yield &storage[0].terms[0].retry }
  }

  public var onRemove: RemovalPolicy {
    get { storage[0].terms[0].onRemove }
    _modify { yield &storage[0].terms[0].onRemove }
  }

  public var onMasterLoss: MasterLossPolicy {
    get { storage[0].terms[0].onMasterLoss }
    _modify { yield &storage[0].terms[0].onMasterLoss }
  }

  public var exclusive: Bool {
    get { storage[0].terms[0].exclusive }
    _modify { yield &storage[0].terms[0].exclusive }
  }

  public var protect: Bool {
    get { storage[0].terms[0].protect }
    _modify { yield &storage[0].terms[0].protect }
  }

  public var sharedIdentity: Bool {
    get { storage[0].terms[0].sharedIdentity }
    _modify { yield &storage[0].terms[0].sharedIdentity }
  }

  /// Domains to which a redirect may lead.
  public var redirects: [String] {
    get { storage[0].terms[0].redirects }
    _modify { yield &storage[0].terms[0].redirects }
  }

  /// Where an incoming INVITE is redirected to; nil answers 480.
  public var redirect: SIPURI? {
    get { storage[0].terms[0].redirect }
    _modify { yield &storage[0].terms[0].redirect }
  }

  public var movedFrom: AccountID? {
    get { storage[0].movedFrom }
    _modify { yield &storage[0].movedFrom }
  }

  public var labels: [String: String] {
    get { storage[0].labels }
    _modify { yield &storage[0].labels }
  }

  public var description: String? {
    get { storage[0].description }
    _modify { yield &storage[0].description }
  }

  public var tls: TLSSettings? {
    get { storage[0].terms[0].tls }
    _modify { yield &storage[0].terms[0].tls }
  }
}

/// That an account waits for another, its master.
public struct Dependency: Sendable, Hashable, Codable {
  public enum Contact: String, Sendable, Hashable, Codable, CaseIterable { case share, own }
  public enum Condition: String, Sendable, Hashable, Codable, CaseIterable { case registered, attempted }

  public var account: AccountID
  /// `share`: the dependent's Contact is the master's, as registered.
  public var contact: Contact
  /// `attempted`: the dependent may go once the master's first attempt has ended, well or badly.
  public var condition: Condition

  public init(account: AccountID, contact: Contact = .share, condition: Condition = .registered) {
    self.account = account
    self.contact = contact
    self.condition = condition
  }
}

/// An explicit contact: of a PBX or SBC that we register for.
public struct ContactDeclaration: Sendable, Hashable, Codable {
  public var uri: SIPURI
  /// The preference as written, 0 to 1 with at most three decimals (RFC 3261, 20.10).
  public var q: String?
  /// Contact header parameters, outside the angle brackets.
  public var parameters: [HeaderField]

  public init(uri: SIPURI, q: String? = nil, parameters: [HeaderField] = []) {
    self.uri = uri
    self.q = q
    self.parameters = parameters
  }
}

/// A name and a value for the wire: an extra request header, or a contact parameter (value empty for a flag).
public struct HeaderField: Sendable, Hashable, Codable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a push gateway needs to wake the device (RFC 8599, 4.1).
public struct PushParameters: Sendable, Hashable, Codable {
  public var provider: String
  public var param: String?
  /// The resource id; a device token that logs do not show. Empty until `pridReference` is resolved.
  public var prid: String
  /// Where the resource id comes from, if it does not stand in the manifest itself.
  public var pridReference: SecretReference?

  public init(provider: String, param: String? = nil, prid: String, pridReference: SecretReference? = nil) {
    self.provider = provider
    self.param = param
    self.prid = prid
    self.pridReference = pridReference
  }
}

/// How failures are retried, in seconds (RFC 5626, 4.5 for base and max).
public struct RetryPolicy: Sendable, Hashable, Codable {
  public var base: UInt32
  public var max: UInt32
  /// The pause before a stalled account is tried again.
  public var stalledProbe: UInt32

  public init(base: UInt32 = 30, max: UInt32 = 1800, stalledProbe: UInt32 = 3600) {
    self.base = base
    self.max = max
    self.stalledProbe = stalledProbe
  }
}

/// What happens to the binding of an account that leaves the manifest.
public enum RemovalPolicy: String, Sendable, Hashable, Codable, CaseIterable { case unregister, abandon }

/// What happens to a dependent's binding when its master's is lost.
public enum MasterLossPolicy: String, Sendable, Hashable, Codable, CaseIterable { case keep, withdraw }

/// TLS files and names of an account's registrar; paths are absolute.
public struct TLSSettings: Sendable, Hashable, Codable {
  public var ca: String?
  public var certificate: String?
  public var key: String?
  public var serverName: String?
  public var allowWildcard: Bool

  public init(
    ca: String? = nil,
    certificate: String? = nil,
    key: String? = nil,
    serverName: String? = nil,
    allowWildcard: Bool = false
  ) {
    self.ca = ca
    self.certificate = certificate
    self.key = key
    self.serverName = serverName
    self.allowWildcard = allowWildcard
  }
}
