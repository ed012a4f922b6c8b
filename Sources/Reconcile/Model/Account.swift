public import SIP

/// One declared SIP account, with every default filled in: the value that is compared, registered and kept.
///
/// What each field means for the wire when it changes is `AccountField.effect`. No field holds a secret:
/// credentials are references, and a literal one is left out when an account is encoded.
public struct Account: Sendable, Hashable, Codable {
  public var id: AccountID
  /// The address of record, with its display name (RFC 3261, To and From).
  public var identity: NameAddress
  /// Where REGISTER goes and its Request-URI: no user, no headers, no `method`.
  public var registrar: SIPURI
  /// The preloaded route set, in order (RFC 3261, 8.1.1.1).
  public var outboundProxy: [SIPURI]
  /// The transport that was asked for; nil leaves it to the URI and RFC 3263.
  public var transport: Transport?
  /// False: declared, and deliberately unregistered.
  public var register: Bool
  public var dependsOn: [Dependency]
  public var credentials: [CredentialDeclaration]
  /// The requested lifetime of the binding, in seconds.
  public var expires: UInt32
  /// The explicit contact; nil uses the engine's own address, or the master's contact where one is shared.
  public var contact: ContactDeclaration?
  /// RFC 8599.
  public var push: PushParameters?
  /// RFC 5626.
  public var outbound: OutboundSettings
  public var headers: [HeaderField]
  /// The keep-alive period in seconds; nil is the default policy, 0 is off.
  public var keepAlive: UInt32?
  public var retry: RetryPolicy
  public var onRemove: RemovalPolicy
  public var onMasterLoss: MasterLossPolicy
  public var exclusive: Bool
  public var protect: Bool
  public var sharedIdentity: Bool
  /// Domains to which a redirect may lead.
  public var redirects: [String]
  /// Where an incoming INVITE is redirected to; nil answers 480.
  public var redirect: SIPURI?
  public var movedFrom: AccountID?
  public var labels: [String: String]
  public var description: String?
  public var tls: TLSSettings?

  public init(id: AccountID, identity: NameAddress, registrar: SIPURI? = nil) {
    self.id = id
    self.identity = identity
    self.registrar =
      registrar ?? SIPURI(scheme: identity.uri.scheme, host: identity.uri.host, port: identity.uri.port)
    outboundProxy = []
    register = true
    dependsOn = []
    credentials = []
    expires = 3600
    outbound = OutboundSettings()
    headers = []
    retry = RetryPolicy()
    onRemove = .unregister
    onMasterLoss = .keep
    exclusive = false
    protect = false
    sharedIdentity = false
    redirects = []
    labels = [:]
  }

  /// The master whose contact this account shares, if there is one.
  public var contactMaster: AccountID? { dependsOn.first { $0.contact == .share }?.account }
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

/// RFC 5626 settings; off by default.
public struct OutboundSettings: Sendable, Hashable, Codable {
  public var isEnabled: Bool
  /// `urn:uuid:…`; nil lets the state make one once and keep it.
  public var instanceID: String?
  public var regID: UInt32?

  public init(isEnabled: Bool = false, instanceID: String? = nil, regID: UInt32? = nil) {
    self.isEnabled = isEnabled
    self.instanceID = instanceID
    self.regID = regID
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
