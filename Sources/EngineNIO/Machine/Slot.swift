import Reconcile
import SIP

/// One registration in the engine's table: an account, a question or a withdrawal.
///
/// A slot is a plain value in one array; nothing of its own lives on the heap but the bytes it sends.
struct Slot {
  enum Role {
    case free
    case account
    /// An account that was let go while a REGISTER of it was on its way, until that has ended.
    case departed
    /// One of the questions of a call to `bindings(of:)`.
    case query(ticket: Int, position: Int)
    /// One of the bindings of a call to `withdraw`.
    case withdrawal(ticket: Int, position: Int)
  }

  /// That this slot waits for another, by its number.
  struct Edge {
    /// The master's slot, or nil while the engine does not have it: it was forgotten, and may be added again.
    var master: Int?
    let name: AccountID
    var condition: Dependency.Condition
    var sharesContact: Bool
  }

  var role: Role
  var account: Account
  var registration: RegistrationMachine
  var shape: RequestShape
  var lane: Int
  /// The server of the lane that is asked, by its number there; kept after a success (RFC 3261, 10.2.4).
  var server: Int?
  /// The attempt that waits for its turn has chosen `server`.
  var hasChosenServer = false
  /// The servers that the attempt on its way has used up.
  var triedServers: [Int] = []
  /// The exchange on its way, or nil.
  var exchange: Int?
  /// The contact URI as sent; empty until it is known.
  var contact: [UInt8] = []
  /// The contact URI that the registrar confirmed last: what dependents share. Empty before that.
  var boundContact: [UInt8] = []
  /// Contacts of ours that the next request removes: those before an edit, or before the master's changed.
  var staleContacts: [StaleContact] = []
  var instanceID: String?
  /// Option tags that a server on the way does not take, and that are not offered any more (420, 439).
  var withheldOptions: [String] = []
  /// The registrar does not find our contact without its `pn-prid`: an unregister names it in full.
  var removesInFull = false
  var masters: [Edge] = []
  var dependents: [Int] = []
  /// The next slot with the same identity at the same registrar, if there is one.
  var nextSameIdentity: Int?
  let identityKey: Int
  /// Gets no turn but to be unregistered, for a person wants it so.
  var isSuspended = false
  /// Wants a turn, and waits for its masters, or for the end of its suspension.
  var isBlocked = false
  /// Wants a turn, and waits for another REGISTER of the same identity.
  var awaitsIdentity = false
  /// At least one attempt has ended, well or badly.
  var wasAttempted = false
  /// Unregistered because its master's binding was lost (`onMasterLoss: withdraw`).
  var isWithdrawn = false
  /// The realm that the credential provider is being asked about.
  var askedRealm: String?
  /// The provider gave a credential, and no request has succeeded since: asking it again would go round.
  var hasSuppliedInVain = false
  /// Its last registration was accepted without a challenge, though it has credentials.
  var isUnauthenticated = false
  /// The last reason phrase, or the words of the last failure.
  var reason = ""
}

/// One REGISTER on its way: its transaction and its bytes. Reused from one request to the next.
struct Exchange {
  /// What the end of a turn tells the pacer.
  enum Evidence {
    case none
    /// A final answer; the round trip where the request was sent once.
    case answer(Duration?)
    /// A 503.
    case overload
    case silence
  }

  /// The registration, or -1 while the row is free.
  var slot: Int
  /// The lane whose pace this request counts for, whatever becomes of the account.
  var lane: Int
  var flow: Int
  /// The contact URI of the request.
  var contact: [UInt8]
  var branch: Branch
  var cseq: UInt32
  var transaction: ClientTransaction
  /// Nothing is on its way: the next server's flow is still being opened.
  var awaitsFlow = false
  /// It went out on a connection that had been in use: its other side may have closed it just then.
  var sentOnUsedFlow = false
  var evidence: Evidence
  var bytes: [UInt8]
}
