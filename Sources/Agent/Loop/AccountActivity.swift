import Reconcile
import SIP

/// What a running agent knows of one account beside its row in the state.
struct AccountActivity: Sendable {
  /// What was tried, and did not succeed since.
  struct Attempt: Sendable, Hashable {
    var account: AccountFingerprint
    var secrets: String?
  }

  /// What few accounts have.
  fileprivate struct Rare: Sendable, Hashable {
    var failure: RegistrationFailure?
    var gruus: GrantedGRUUs?
    var notice = RegistrarNotice()
    var foreign: [Binding] = []
    var blockedBy: [AccountID] = []
    var failedAttempt: Attempt?
  }

  var state = RegistrationState.none
  /// The registrar did not ask for our credentials.
  var isUnauthenticated = false
  /// Our contact, as we sent it, was not in the registrar's last list.
  var isContactMissing = false
  var code: UInt16?
  /// When the engine acts next by itself.
  var nextAt: Instant?
  /// When the registrar last listed our binding.
  var heardAt: Instant?
  var expiresAt: Timestamp?
  /// Where the server last saw our requests come from.
  var publicAddress: String?
  var since = ConditionTimes()
  /// One at most, and none where nothing is said: nearly every account takes one word of memory.
  private var rare: [Rare] = []

  /// Why the last attempt failed; nil after a success.
  var failure: RegistrationFailure? {
    get { rare.first?.failure }
    set { change { $0.failure = newValue } }
  }

  /// What the registrar granted with our binding.
  var gruus: GrantedGRUUs? {
    get { rare.first?.gruus }
    set { change { $0.gruus = newValue } }
  }

  /// What it said beside our binding.
  var notice: RegistrarNotice {
    get { rare.first?.notice ?? RegistrarNotice() }
    set { change { $0.notice = newValue } }
  }

  /// Bindings of the same identity that are not ours, as last listed.
  var foreign: [Binding] {
    get { rare.first?.foreign ?? [] }
    set { change { $0.foreign = newValue } }
  }

  /// The accounts that keep this one from being registered, the root cause first.
  var blockedBy: [AccountID] {
    get { rare.first?.blockedBy ?? [] }
    set { change { $0.blockedBy = newValue } }
  }

  /// While it stands, the engine goes on by itself, and a plan leaves the account alone.
  var failedAttempt: Attempt? {
    get { rare.first?.failedAttempt }
    set { change { $0.failedAttempt = newValue } }
  }

  private mutating func change(_ body: (inout Rare) -> Void) {
    var new = rare.first ?? Rare()
    body(&new)
    rare = new == Rare() ? [] : [new]
  }

  /// True while the engine has the account bound, as far as it was told.
  var isBound: Bool { state == .ok || state == .refreshing }

  mutating func take(_ event: RegistrationEvent, at now: Instant, time: Timestamp) {
    state = event.state
    if event.tellsAnEnd { code = event.code }
    if let address = event.publicAddress { publicAddress = address }
    isUnauthenticated = event.isUnauthenticated
    nextAt = event.nextIn.map { now + $0 }
    expiresAt = event.expiresIn.map { time + $0 } ?? (isBound ? expiresAt : nil)
    if event.state == .ok, event.failure == nil { heardAt = now }
    change { $0.take(event) }
    if !event.bindings.isEmpty { takeBindings(of: event) }
    since.update(kinds, at: time)
  }

  private mutating func takeBindings(of event: RegistrationEvent) {
    var others = event.bindings.filter { binding in
      event.contact.map { !SIPURI.sameContact($0, binding.contact) } ?? true
    }
    isContactMissing = others.count == event.bindings.count
    others.removeAll { event.formerContacts.contains($0.contact) }
    foreign = others
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

extension AccountActivity.Rare {
  fileprivate mutating func take(_ event: RegistrationEvent) {
    failure = event.failure
    gruus = event.gruus
    notice = event.notice
    if case .blocked(let masters)? = event.failure { blockedBy = masters } else { blockedBy = [] }
    if event.state == .ok, event.failure == nil { failedAttempt = nil }
  }
}
