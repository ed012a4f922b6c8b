import Reconcile
import SIP

/// Decides the conditions of one account.
struct ConditionJudge {
  /// Nil for one that is no longer declared.
  var declared: Account?
  var row: OwnedRegistration?
  /// Nil where no agent runs, or it has not heard of the account.
  var activity: AccountActivity?
  /// The accounts that it waits for, the root cause first.
  var blockedBy: [AccountID] = []
  var now: Timestamp
  /// The options that would let a refused plan through; empty where none is refused.
  var refusedFor: [String] = []
  /// That a person wants the account left alone.
  var suspension: Suspension?

  /// Which conditions hold.
  var kinds: Set<Condition.Kind> {
    var kinds: Set<Condition.Kind> = []
    if isReady { kinds.insert(.ready) }
    if isStalled { kinds.insert(.stalled) }
    if isBlocked { kinds.insert(.blocked) }
    if suspension != nil || (declared?.register == false && !isBound) { kinds.insert(.suspended) }
    if isReconciling { kinds.insert(.reconciling) }
    return kinds
  }

  func conditions() -> [Condition] {
    let kinds = kinds
    return Condition.Kind.allCases.map { kind in
      let (reason, message) = words(kind, kinds)
      return Condition(
        type: kind,
        status: kinds.contains(kind) ? .yes : .no,
        reason: reason,
        message: message,
        since: since(kind, kinds).description
      )
    }
  }

  var isExpired: Bool { row?.phase == .bound && row?.mayBeBound(at: now) == false }

  private var isBound: Bool {
    guard row?.phase == .bound, !isExpired else { return false }
    return activity.map { $0.isBound || $0.state == .none } ?? true
  }

  private var isReady: Bool {
    guard let declared, declared.register, isBound, activity?.failedAttempt == nil else { return false }
    return row?.account == declared
  }

  private var isStalled: Bool {
    guard declared?.register == true, suspension == nil else { return false }
    if let activity, activity.state != .none {
      return activity.failure?.isLasting(code: activity.code) == true
    }
    guard let row, row.phase != .bound, let code = row.lastCode else { return false }
    return RegistrationFailure.refused.isLasting(code: code)
  }

  private var isBlocked: Bool { declared?.register == true && !blockedBy.isEmpty && suspension == nil }

  private var isReconciling: Bool {
    if suspension != nil { return false }
    if declared == nil { return row?.phase == .tombstone || row?.phase == .pending || row?.phase == .bound }
    guard declared?.register == true else { return isBound }
    if activity?.state == .progress || activity?.state == .refreshing { return true }
    return !isReady && !isStalled && !isBlocked
  }

  private func since(_ kind: Condition.Kind, _ kinds: Set<Condition.Kind>) -> Timestamp {
    // A binding that ran out is not ready from that moment, whether or not anybody looked.
    if isExpired, kind == .ready, let expiresAt = row?.expiresAt { return expiresAt }
    if kind == .suspended, let suspension { return suspension.since }
    if let activity, activity.since.holds(kind) == kinds.contains(kind),
      let since = activity.since.since(kind)
    {
      return since
    }
    return row?.updatedAt ?? now
  }

  private func words(_ kind: Condition.Kind, _ kinds: Set<Condition.Kind>) -> (String, String) {
    let holds = kinds.contains(kind)
    switch kind {
    case .ready: return holds ? ("Registered", until) : (notReadyReason(kinds), lastWords)
    case .reconciling: return holds ? (reconcilingReason, refusalText) : ("Settled", "")
    case .stalled: return holds ? ("Refused", lastWords) : ("NotStalled", "")
    case .blocked:
      guard holds, let root = blockedBy.first else { return ("NotBlocked", "") }
      return ("WaitsForMaster", "waits for \(root), which is not registered")
    case .suspended:
      if let suspension { return (Condition.requestedReason, suspension.text + lapse) }
      return holds ? ("Disabled", "declared with register: false") : ("NotSuspended", "")
    }
  }

  private func notReadyReason(_ kinds: Set<Condition.Kind>) -> String {
    if declared == nil { return "NotDeclared" }
    if declared?.register == false { return "Disabled" }
    if suspension != nil, !isBound { return "Suspended" }
    if kinds.contains(.blocked) { return "Blocked" }
    if isExpired { return "Expired" }
    if kinds.contains(.stalled) { return "Stalled" }
    if row?.phase == .bound { return "Outdated" }
    return activity?.failure == nil && row?.lastCode == nil ? "NotRegisteredYet" : "Failed"
  }

  /// True for what a refused plan would change: it stays as it was.
  private var waitsForOption: Bool {
    guard !refusedFor.isEmpty, row?.phase == .bound else { return false }
    return declared.map { $0 != row?.account } ?? true
  }

  private var refusalText: String {
    guard waitsForOption else { return "" }
    return "held as before: the plan waits for \(refusedFor.joined(separator: ", "))"
  }

  private var reconcilingReason: String {
    if waitsForOption { return "PlanRefused" }
    if declared == nil { return "Removing" }
    if activity?.state == .progress || activity?.state == .refreshing { return "InProgress" }
    return isExpired || activity?.failure != nil ? "Retrying" : "Pending"
  }

  /// When the binding of a suspended account ends, if nobody resumes it before.
  private var lapse: String {
    guard isBound, let end = row?.expiresAt else { return "" }
    return "; its binding lapses at \(end)"
  }

  private var until: String {
    let until = row?.expiresAt.map { "until \($0)" } ?? ""
    guard let rewritten else { return until }
    return until
      + "; contact-rewritten: the registrar lists ours as <\(PushToken.removed(from: rewritten.contact))>"
  }

  /// What a registrar has made of our contact; known to be ours by its instance id (RFC 5626, 6).
  private var rewritten: Binding? {
    guard let activity, activity.isContactMissing else { return nil }
    return activity.foreign.first {
      $0.isOfInstance(row?.instanceID, registrationID: row?.account.outbound.registrationID)
    }
  }

  private var lastWords: String {
    let code = (activity?.code ?? row?.lastCode).map { "\($0) " } ?? ""
    guard let reason = row?.lastReason, !reason.isEmpty else { return activity?.failure?.text ?? "" }
    return code + reason
  }
}

extension RegistrationFailure {
  /// True for an answer that trying again will hardly change.
  func isLasting(code: UInt16?) -> Bool {
    switch self {
    case .credentialRejected, .noCredential, .unusableChallenge, .redirectRefused, .redirectLoop: true
    case .timeout, .transport, .untrusted, .unresolved, .notBound, .stillBound, .blocked: false
    case .refused:
      switch code {
      case 408, 423, 429, 480, 486, 491, 500, 502, 503, 504, 580, 600, nil: false
      case .some: true
      }
    }
  }
}
