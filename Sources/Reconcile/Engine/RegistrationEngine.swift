public import SIP

/// Asks registrars what is bound, and can do nothing else: what a plan is given (RFC 3261, 10.2.3).
public protocol BindingReader: Sendable {
  /// Sends each query's REGISTER without Contact, and returns the answers in the order of the queries.
  ///
  /// Queries run in parallel within the engine's limits. A query never overlaps another REGISTER for the
  /// same identity at the same registrar.
  func bindings(of queries: [BindingQuery]) async -> [LiveState]
}

/// A question for the bindings of one account.
public struct BindingQuery: Sendable {
  public var account: Account
  public var credentials: [Credential]
  /// The registration whose Call-ID and CSeq the query continues; nil starts a Call-ID of its own.
  public var sequence: CallSequence?

  public init(account: Account, credentials: [Credential] = [], sequence: CallSequence? = nil) {
    self.account = account
    self.credentials = credentials
    self.sequence = sequence
  }
}

/// A Call-ID, and the CSeq numbers that may still be used with it.
///
/// A registration that reaches the ceiling goes on under a new Call-ID, so a number is never used twice.
public struct CallSequence: Sendable, Hashable {
  public var callID: String
  public var lastCSeq: UInt32
  /// The highest CSeq that the state has reserved.
  public var ceiling: UInt32

  public init(callID: String, lastCSeq: UInt32, ceiling: UInt32) {
    self.callID = callID
    self.lastCSeq = lastCSeq
    self.ceiling = ceiling
  }
}

/// An account with all that the engine needs to register it.
public struct AccountAddition: Sendable, Hashable {
  public var account: Account
  public var credentials: [Credential]
  public var sequence: CallSequence
  /// The instance id to send where `account.outbound` asks for one.
  public var instanceID: String?
  /// The contact URI to use where the account declares none: the one it had before. Nil: the engine's address.
  public var contact: String?
  /// Contacts of ours that the registrar may hold beside: the next REGISTER removes them.
  public var formerContacts: [String]
  /// The binding that exists already: no REGISTER is sent before its refresh point.
  public var binding: ExistingBinding?
  /// How long the registrar may hold a binding of an earlier process that nobody has confirmed; nil where there is
  /// none, or `binding` is it.
  public var mayBeBoundFor: Duration?
  /// True for one that is suspended from the start.
  public var isSuspended = false

  public init(account: Account, credentials: [Credential] = [], sequence: CallSequence) {
    self.account = account
    self.credentials = credentials
    self.sequence = sequence
    formerContacts = []
  }
}

/// A binding that the registrar confirmed earlier, perhaps to another process.
public struct ExistingBinding: Sendable, Hashable {
  /// The contact URI as it was sent.
  public var contact: String
  public var expiresIn: Duration
  public var refreshIn: Duration
  public var granted: UInt32
  /// The process that made the binding has ended, and a connection that it may have used with it: an account
  /// with a contact of our own that is reached over one registers again, soon and in turn.
  public var lostItsFlow = false

  public init(contact: String, expiresIn: Duration, refreshIn: Duration, granted: UInt32) {
    self.contact = contact
    self.expiresIn = expiresIn
    self.refreshIn = refreshIn
    self.granted = granted
  }
}

/// An edit in progress: change any number of fields, then give it to `done`.
public struct AccountEdit: Sendable, Hashable {
  public let id: AccountID
  public var account: Account
  public var credentials: [Credential]
  /// The instance id to send from now on, where `account.outbound` asks for one; nil: the one that was sent before.
  public var instanceID: String?

  public init(account: Account, credentials: [Credential]) {
    id = account.id
    self.account = account
    self.credentials = credentials
  }
}

/// A binding to remove that belongs to no account of the engine: of an account that left the manifest, or
/// the old one of a replace. Told apart by its Call-ID.
public struct Withdrawal: Sendable, Hashable {
  /// The account as it was registered.
  public var account: Account
  public var credentials: [Credential]
  public var sequence: CallSequence
  /// The contact URI to remove, exactly as it was bound.
  public var contact: String
  /// Contacts of the same registration that are to go with it.
  public var formerContacts: [String]
  /// The instance id under which it was bound, which tells its flow from others (RFC 5626, 4.2.2).
  public var instanceID: String?

  public init(account: Account, credentials: [Credential], sequence: CallSequence, contact: String) {
    self.account = account
    self.credentials = credentials
    self.sequence = sequence
    self.contact = contact
    formerContacts = []
  }
}

/// How a withdrawal ended.
public struct WithdrawalResult: Sendable, Hashable {
  /// Nil: the registrar confirmed that the binding is gone.
  public var failure: RegistrationFailure?
  public var code: UInt16?
  public var reason: String
  /// The highest CSeq used.
  public var cseq: UInt32

  public init(failure: RegistrationFailure? = nil, code: UInt16? = nil, reason: String = "", cseq: UInt32) {
    self.failure = failure
    self.code = code
    self.reason = reason
    self.cseq = cseq
  }
}

/// Registers accounts and keeps them registered.
///
/// An engine gates dependents by itself: one is sent only once each of its masters is bound, with the
/// master's contact where it shares it. For one identity at one registrar there is never more than one
/// REGISTER on its way (RFC 3261, 10.2), but for the flows of one account, each of which has one (RFC 5626).
public protocol RegistrationEngine: BindingReader {
  /// Adds accounts and starts to register those with `register`.
  ///
  /// An account's masters are added before it, or in the same call.
  func add(_ accounts: [AccountAddition]) async throws(EngineError)

  /// The account used where none is named; nil for none.
  func setDefaultAccount(_ id: AccountID?) async throws(EngineError)

  /// Begins an edit of an account. Nothing reaches the wire before `done`.
  func edit(_ id: AccountID) async throws(EngineError) -> AccountEdit

  /// Commits an edit: at most one REGISTER, after the one in flight has ended.
  ///
  /// Fails with `immutable` if identity or dependencies changed: replace the account instead.
  func done(_ edit: AccountEdit) async throws(EngineError)

  /// Sends a refresh now, in turn, for each of these accounts that is to be registered.
  func refresh(_ ids: [AccountID]) async throws(EngineError)

  /// Registers and refreshes none of these accounts any more, until `resume`.
  ///
  /// What is on its way ends. A binding stays until it expires, and dependents go on for as long as it does.
  /// Removals are not held up.
  func suspend(_ ids: [AccountID]) async throws(EngineError)

  /// Ends a suspension: what has become due meanwhile gets its turn.
  func resume(_ ids: [AccountID]) async throws(EngineError)

  /// Drops accounts from the engine without any traffic; bindings stay as they are.
  func forget(_ ids: [AccountID]) async throws(EngineError)

  /// Removes bindings with expires 0, and returns how each went, in the order given.
  func withdraw(_ withdrawals: [Withdrawal]) async -> [WithdrawalResult]

  /// Where the engine is reached at present; nil where it cannot tell.
  var ownAddress: OwnAddress? { get async }

  /// Servers that the engine leaves alone at present.
  var restingServers: [RestingServer] { get async }

  /// Accounts whose turn waits, for a server asked to be left alone.
  var heldAccounts: [HeldAccount] { get async }

  /// What contacts show from now on in place of our own address; nil: that address. Sends nothing by itself.
  func advertise(_ address: OwnAddress.Advertised?) async

  /// Changes of state since the first call, in batches; one consumer.
  ///
  /// Each REGISTER is announced as it is sent, by `progress` or `refreshing`, and again when it has ended: an end
  /// without a beginning counts as one of an earlier attempt.
  var events: AsyncStream<[RegistrationEvent]> { get }

  /// Ends the engine without any traffic; `events` finishes.
  func shutdown() async
}

extension RegistrationEngine {
  /// An engine that does not follow its own address.
  public var ownAddress: OwnAddress? { get async { nil } }

  /// An engine that knows nothing against any server.
  public var restingServers: [RestingServer] { get async { [] } }

  /// An engine whose accounts wait for no server's wish.
  public var heldAccounts: [HeldAccount] { get async { [] } }

  /// An engine that advertises nothing.
  public func advertise(_ address: OwnAddress.Advertised?) async {}
}

/// A call that an engine cannot carry out. What registrars do is never an error but an event.
public enum EngineError: Error, Sendable, Hashable {
  case unknownAccount(AccountID)
  case duplicateAccount(AccountID)
  /// `master` is not an account of this engine.
  case unknownMaster(AccountID, master: AccountID)
  /// The field cannot be edited: the account must be replaced.
  case immutable(AccountID, AccountField)
  /// The transport is not available in this engine.
  case unsupportedTransport(AccountID, Transport)
  /// The address cannot be bound; with the system's words.
  case cannotBind(String, reason: String)
  case shutDown
}

/// Gives a credential on demand, when no stored one matches a challenge (liblinphone's auth info requested).
public protocol CredentialProvider: Sendable {
  func credential(for challenge: CredentialRequest) async -> Credential?
}

/// What a registrar asked for.
public struct CredentialRequest: Sendable, Hashable {
  public var account: AccountID
  public var realm: String
  /// The algorithms offered, strongest last known names only.
  public var algorithms: [DigestAlgorithm]

  public init(account: AccountID, realm: String, algorithms: [DigestAlgorithm]) {
    self.account = account
    self.realm = realm
    self.algorithms = algorithms
  }
}
