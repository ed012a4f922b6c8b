public import Reconcile

/// How one account stands.
public struct AccountStatus: Sendable, Hashable, Codable {
  /// One binding of the account's identity at the registrar.
  public struct BindingStatus: Sendable, Hashable, Codable {
    public var contact: String
    /// Seconds left when it was listed, or now for our own; nil where the registrar gave none.
    public var expires: UInt32?
    public var ours: Bool

    public init(contact: String, expires: UInt32?, ours: Bool) {
      self.contact = contact
      self.expires = expires
      self.ours = ours
    }
  }

  /// Whether a flow of an account is up.
  public struct FlowStatus: Sendable, Hashable, Codable {
    public var account: AccountID
    public var registered: Bool

    public init(account: AccountID, registered: Bool) {
      self.account = account
      self.registered = registered
    }
  }

  public var account: AccountID
  /// Of a later flow (RFC 5626): the account that it is a flow of, which is its first.
  public var flowOf: AccountID?
  public var identity: String
  public var registrar: String
  public var state: RegistrationState
  public var conditions: [Condition]
  public var contact: String?
  public var bindings: [BindingStatus]
  /// The lifetimes asked for and granted, in seconds.
  public var requested: UInt32
  public var granted: UInt32?
  /// RFC 3339, in UTC; also the next two.
  public var expiresAt: String?
  /// When the engine acts next: refresh, retry or probe.
  public var nextRefreshAt: String?
  public var lastCode: UInt16?
  public var lastReason: String?
  public var peer: String?
  /// Where the registrar's side saw our requests come from, `host:port`.
  public var publicAddress: String?
  /// The registrar bound it, and did not ask for its credentials.
  public var unauthenticated: Bool?
  /// The GRUUs that the registrar granted, to the letter; known to a running agent.
  public var publicGRUU: String?
  public var temporaryGRUU: String?
  /// What the registrar said beside our binding, known to a running agent: the way that other requests would take,
  /// the proxies before the registrar, the user's other identities, and who wakes the device.
  public var serviceRoute: [String]?
  public var path: [String]?
  public var associatedURIs: [String]?
  public var pushProviders: [String]?
  public var pushReference: String?
  public var transport: String?
  public var callID: String?
  /// Every CSeq up to this one may have been used.
  public var cseq: UInt32?
  /// The accounts that it waits for, the root cause first.
  public var blockedBy: [AccountID]
  /// All flows of an account that has several, this first one among them; nil for any other account.
  public var flows: [FlowStatus]?

  mutating func show(_ notice: RegistrarNotice) {
    let shown = { (list: [String]) in list.isEmpty ? nil : list }
    serviceRoute = shown(notice.serviceRoute)
    path = shown(notice.path)
    associatedURIs = shown(notice.associatedURIs)
    pushProviders = shown(notice.push.providers)
    pushReference = notice.push.reference
  }

  /// Through which flows an account is reached, where only some of them are up; nil otherwise.
  public var partialFlows: String? {
    guard let flows else { return nil }
    let up = flows.filter(\.registered)
    guard !up.isEmpty, up.count < flows.count else { return nil }
    let names = up.map(\.account.name).joined(separator: ", ")
    return "\(up.count) of \(flows.count) flows registered: reached through \(names)"
  }

  public subscript(kind: Condition.Kind) -> Condition? { conditions.first { $0.type == kind } }
}
