/// What we know to be registered: what the state store says we own, and what registrars answered.
public struct ObservedState: Sendable {
  /// Live registrations and tombstones; one account may have both, after a replace.
  public var owned: [OwnedRegistration]
  /// By account; an account that is not here was not asked about.
  public var live: [AccountID: LiveState]
  /// The present time, against which expiries are read.
  public var at: Timestamp
  /// Accounts that the store holds for another owner, and that owner's name.
  public var otherOwners: [AccountID: String]

  public init(owned: [OwnedRegistration] = [], live: [AccountID: LiveState] = [:], at: Timestamp) {
    self.owned = owned
    self.live = live
    self.at = at
    otherOwners = [:]
    for position in self.owned.indices { self.owned[position].limitTimes(at: at) }
  }

  /// Moves all times along with a wall clock that was set.
  package mutating func shiftTimes(by shift: Duration) {
    at = at + shift
    for position in owned.indices { owned[position].shiftTimes(by: shift) }
  }
}

/// A registration that we made, as the state store keeps it.
public struct OwnedRegistration: Sendable, Hashable, Identifiable {
  public enum Phase: String, Sendable, Hashable, Codable {
    /// Sent, and not yet confirmed by a registrar.
    case pending
    /// A registrar confirmed the binding.
    case bound
    /// To be unregistered until a registrar confirms it or the binding expires by itself.
    case tombstone
    /// Declared with `register: false`, or unregistered since; nothing is bound.
    case cleared
  }

  /// Its Call-ID, which no other registration of ours has (RFC 3261, 8.1.1.4).
  public var id: String { callID }
  public var callID: String
  /// Every CSeq up to this one may have been used; the next to send is one more.
  public var cseqReserved: UInt32
  /// The account as it was when its last REGISTER was made.
  public var account: Account
  /// A keyed hash of its secrets, so that a rotation is seen; nil without any.
  public var secretFingerprint: String?
  public var phase: Phase
  /// The contact URI exactly as sent; nil before the first REGISTER.
  public var contact: String?
  /// Other contact URIs of ours that the registrar may hold: those before an edit, and one that an attempt sent
  /// which did not succeed. Each is kept until a 2xx shows that it is gone.
  public var formerContacts: [String]
  /// The instance id that was sent, or that was made for this account.
  public var instanceID: String?
  /// The lifetime that the registrar granted, in seconds.
  public var granted: UInt32?
  public var expiresAt: Timestamp?
  public var refreshAt: Timestamp?
  public var lastCode: UInt16?
  public var lastReason: String?
  /// `host:port` of the server that accepted the last REGISTER.
  public var peer: String?
  public var updatedAt: Timestamp

  public init(callID: String, account: Account, phase: Phase, updatedAt: Timestamp) {
    self.callID = callID
    self.account = account
    self.phase = phase
    self.updatedAt = updatedAt
    cseqReserved = 0
    formerContacts = []
  }

  /// Contacts that the registrar may hold, and that are to go where another is registered.
  var contactsLeft: [String] {
    guard let contact, phase != .cleared, !formerContacts.contains(contact) else { return formerContacts }
    return formerContacts + [contact]
  }

  mutating func shiftTimes(by shift: Duration) {
    expiresAt = expiresAt.map { $0 + shift }
    refreshAt = refreshAt.map { $0 + shift }
  }

  /// Corrects times that only a clock which was set back since can explain: no registrar grants more than it
  /// granted. How long ago that was is not known, so the refresh is due at once.
  package mutating func limitTimes(at now: Timestamp) {
    guard let granted, let end = expiresAt else { return }
    let latest = now + .seconds(Int(granted))
    // Times are kept in milliseconds, and a lifetime is counted from the answer.
    guard end > latest + .seconds(1) else { return }
    expiresAt = latest
    refreshAt = refreshAt.map { _ in now }
  }

  /// True while a registrar may still hold the binding.
  public func mayBeBound(at now: Timestamp) -> Bool {
    switch phase {
    case .pending, .bound, .tombstone: expiresAt.map { $0 > now } ?? true
    case .cleared: false
    }
  }
}

/// One entry of a registrar's list for an address of record.
public struct Binding: Sendable, Hashable, Codable {
  /// The contact URI as the registrar wrote it.
  public var contact: String
  /// Seconds left; nil where the registrar gave none.
  public var expires: UInt32?
  public var instanceID: String?
  public var regID: UInt32?
  public var q: String?

  public init(
    contact: String,
    expires: UInt32? = nil,
    instanceID: String? = nil,
    regID: UInt32? = nil,
    q: String? = nil
  ) {
    self.contact = contact
    self.expires = expires
    self.instanceID = instanceID
    self.regID = regID
    self.q = q
  }
}

/// A registrar's answer about one account.
public enum LiveState: Sendable, Hashable {
  case known([Binding])
  /// The registrar could not be asked or would not tell; with the reason.
  case unknown(String)
}
