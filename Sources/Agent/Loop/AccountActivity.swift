import Reconcile
import SIP

/// What a running agent knows of one account beside its row in the state.
struct AccountActivity: Sendable {
  /// What was tried, and did not succeed since.
  struct Attempt: Sendable, Hashable {
    var account: AccountFingerprint
    var secrets: String?
  }

  var state = RegistrationState.none
  /// Why the last attempt failed; nil after a success.
  var failure: RegistrationFailure?
  var code: UInt16?
  /// When the engine acts next by itself.
  var nextAt: Instant?
  /// When the registrar last listed our binding.
  var heardAt: Instant?
  var expiresAt: Timestamp?
  /// Where the server last saw our requests come from.
  var publicAddress: String?
  /// What the registrar granted with our binding.
  var gruus: GrantedGRUUs?
  /// What it said beside our binding.
  var notice = RegistrarNotice()
  /// The registrar did not ask for our credentials.
  var isUnauthenticated = false
  /// Bindings of the same identity that are not ours, as last listed.
  var foreign: [Binding] = []
  /// Our contact, as we sent it, was not in the registrar's last list.
  var isContactMissing = false
  /// The accounts that keep this one from being registered, the root cause first.
  var blockedBy: [AccountID] = []
  /// While it stands, the engine goes on by itself, and a plan leaves the account alone.
  var failedAttempt: Attempt?
  var since = ConditionTimes()

  /// True while the engine has the account bound, as far as it was told.
  var isBound: Bool { state == .ok || state == .refreshing }

  mutating func take(_ event: RegistrationEvent, at now: Instant, time: Timestamp) {
    state = event.state
    failure = event.failure
    if event.tellsAnEnd { code = event.code }
    if let address = event.publicAddress { publicAddress = address }
    gruus = event.gruus
    notice = event.notice
    isUnauthenticated = event.isUnauthenticated
    nextAt = event.nextIn.map { now + $0 }
    expiresAt = event.expiresIn.map { time + $0 } ?? (isBound ? expiresAt : nil)
    if case .blocked(let masters)? = event.failure { blockedBy = masters } else { blockedBy = [] }
    if event.state == .ok, event.failure == nil {
      heardAt = now
      failedAttempt = nil
    }
    if !event.bindings.isEmpty {
      foreign = event.bindings.filter { binding in
        event.contact.map { !SIPURI.sameContact($0, binding.contact) } ?? true
      }
      isContactMissing = foreign.count == event.bindings.count
      foreign.removeAll { event.formerContacts.contains($0.contact) }
    }
    since.update(kinds, at: time)
  }

  /// Moves all wall-clock times along with a clock that was set.
  mutating func shiftTimes(by shift: Duration) {
    expiresAt = expiresAt.map { $0 + shift }
    since.shiftTimes(by: shift)
  }

  /// The conditions that hold as far as the engine tells; what is declared may say more.
  var kinds: Set<Condition.Kind> {
    var kinds: Set<Condition.Kind> = []
    if isBound, failedAttempt == nil { kinds.insert(.ready) }
    if failure?.isLasting(code: code) == true { kinds.insert(.stalled) }
    if !blockedBy.isEmpty { kinds.insert(.blocked) }
    if state == .progress || state == .refreshing || (failure != nil && !kinds.contains(.stalled)) {
      kinds.insert(.reconciling)
    }
    return kinds
  }
}
