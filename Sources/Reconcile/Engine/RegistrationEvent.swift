/// A change of one registration's state.
public struct RegistrationEvent: Sendable, Hashable {
  public var account: AccountID
  public var state: RegistrationState
  /// The last final SIP status code of this registration, where there is one.
  public var code: UInt16?
  /// The registrar's reason phrase, or our own words: valid text, control characters escaped.
  public var reason: String
  /// Why the last attempt failed; nil after a success.
  public var failure: RegistrationFailure?
  /// When the engine acts next by itself: refresh, retry or probe; nil if it will not.
  public var nextIn: Duration?
  public var callID: String
  /// The highest CSeq used.
  public var cseq: UInt32
  /// The contact URI as sent: the one that the registrar confirmed last, while it is bound.
  public var contact: String?
  /// Other contacts of ours that the registrar may hold, and that the next REGISTER removes.
  public var formerContacts: [String]
  public var granted: UInt32?
  /// What is left of our binding; nil where nothing is bound.
  public var expiresIn: Duration?
  /// Where nothing is known to be bound: how long the registrar may hold a binding that nobody has confirmed, for an
  /// answer was lost or did not tell; nil where it holds none.
  public var mayBeBoundFor: Duration?
  /// The server asked, `host:port`.
  public var peer: String?
  /// Where the server saw our requests come from, `host:port` (RFC 3581); nil where it does not say.
  public var publicAddress: String?
  /// The GRUUs that the registrar granted with our binding; nil where nothing is bound, none were asked for,
  /// or this engine has not heard of them yet.
  public var gruus: GrantedGRUUs?
  /// What the registrar's last 2xx said beside our binding; empty where nothing is bound.
  public var notice = RegistrarNotice()
  /// The registrar has bound an account that has credentials, and did not ask for them: it may be open to everybody,
  /// or be somebody else (over UDP nothing tells).
  public var isUnauthenticated = false
  /// All bindings that the last 2xx listed, ours included; empty where none was read.
  public var bindings: [Binding]

  public init(
    account: AccountID,
    state: RegistrationState,
    reason: String = "",
    callID: String = "",
    cseq: UInt32 = 0
  ) {
    self.account = account
    self.state = state
    self.reason = reason
    self.callID = callID
    self.cseq = cseq
    bindings = []
    formerContacts = []
  }
}

/// Why an attempt to register, refresh or unregister did not succeed.
public enum RegistrationFailure: Sendable, Hashable {
  /// A final answer that is no success; the code and reason are the event's.
  case refused
  /// No final answer within 64 × T1 (RFC 3261, timer F).
  case timeout
  /// The request could not be sent or the flow failed; with the system's words.
  case transport(String)
  /// A 2xx that does not count, for who gave it has not shown that it is the registrar; with the reason.
  case untrusted(String)
  /// No server could be found for the registrar; with the reason.
  case unresolved(String)
  /// A 2xx that does not list our binding (RFC 3261, 10.2.4).
  case notBound
  /// An unregister was accepted, and the binding is still listed.
  case stillBound
  /// Challenged, and we have no credential for this realm.
  case noCredential(realm: String)
  /// The registrar did not accept a correct answer for this realm: wrong user name or password.
  case credentialRejected(realm: String)
  /// No challenge that we may or can answer; with what was offered.
  case unusableChallenge(String)
  /// A redirect that the account does not allow; with its target, which is empty where the answer names none.
  case redirectRefused(String)
  /// A redirect to where a redirect came from, or one too many; with its target.
  case redirectLoop(String)
  /// Not sent, for an account that this one depends on is not registered; the first is the root cause.
  case blocked(by: [AccountID])
}
