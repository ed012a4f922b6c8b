public import SIP

/// What the manifests declare, decoded, checked and with defaults applied.
public struct DesiredState: Sendable {
  /// The stable name under which we own registrations.
  public var owner: String
  /// In the order of the files; names are unique.
  public var accounts: [DesiredAccount]
  public var defaultAccount: AccountID?
  public var registrars: [RegistrarLimits]
  public var engine: EngineSettings
  public var policy: ReconcilePolicy
  /// Warnings and notes; with an error there is no desired state.
  public var diagnostics: [Diagnostic]

  public init(owner: String, accounts: [DesiredAccount] = []) {
    self.owner = owner
    self.accounts = accounts
    registrars = []
    engine = EngineSettings()
    policy = ReconcilePolicy()
    diagnostics = []
  }
}

/// A declared account and where it is declared.
public struct DesiredAccount: Sendable, Hashable {
  public var account: Account
  public var at: SourceLocation?
  /// Where single fields are written; a field that is not here came from a default.
  public var fieldLocations: FieldLocations

  public init(
    _ account: Account,
    at: SourceLocation? = nil,
    fieldLocations: FieldLocations = [:]
  ) {
    self.account = account
    self.at = at
    self.fieldLocations = fieldLocations
  }
}

/// Caps towards one registrar, all accounts together; nil leaves it to the engine.
public struct RegistrarLimits: Sendable, Hashable {
  public var name: String
  public var uri: SIPURI
  /// REGISTERs per second.
  public var maxRate: Int?
  public var maxInFlight: Int?

  public init(name: String, uri: SIPURI, maxRate: Int? = nil, maxInFlight: Int? = nil) {
    self.name = name
    self.uri = uri
    self.maxRate = maxRate
    self.maxInFlight = maxInFlight
  }
}

/// The `engine` section; options of the command line win over it.
public struct EngineSettings: Sendable, Hashable {
  /// Nil is the default User-Agent, an empty text sends none.
  public var userAgent: String?
  /// `host:port` to bind.
  public var bind: String?
  /// The host, or `host:port`, that contacts show.
  public var advertise: String?
  /// Whether contacts that would be our own address show where the registrar sees us; nil is `never`.
  public var natContact: NATContact?
  /// Whether the records of public names may lead to this machine; nil is the engine's own choice.
  public var localAddresses: LocalAddresses?
  /// What is done where a server asks for less proof than before, or for none.
  public var challenges = ChallengePolicy()
  /// Registrars may ask for less traffic (RFC 7339).
  public var overloadControl = false

  public enum NATContact: String, Sendable, Hashable, Codable, CaseIterable { case auto, never }

  public init(
    userAgent: String? = nil,
    bind: String? = nil,
    advertise: String? = nil,
    natContact: NATContact? = nil,
    localAddresses: LocalAddresses? = nil
  ) {
    self.userAgent = userAgent
    self.bind = bind
    self.advertise = advertise
    self.natContact = natContact
    self.localAddresses = localAddresses
  }
}

/// The `reconcile` section.
public struct ReconcilePolicy: Sendable, Hashable {
  public enum Prune: String, Sendable, Hashable, Codable, CaseIterable { case auto, never }

  public var prune: Prune
  /// The share of owned accounts, in per cent, that one plan may unregister or replace.
  public var maxUnregister: Int
  /// How often a watch looks at live state, in seconds.
  public var interval: UInt32

  public init(prune: Prune = .auto, maxUnregister: Int = 30, interval: UInt32 = 300) {
    self.prune = prune
    self.maxUnregister = maxUnregister
    self.interval = interval
  }
}
