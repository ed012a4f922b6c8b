import Reconcile
import SIP

// What a reading of the files comes to.

extension AgentMachine {
  mutating func loaded(_ loaded: LoadedDesired, secrets fresh: [AccountID: String], at now: Instant)
    -> [Action]
  {
    guard isLoading, !isStopping else { return [] }
    isLoading = false
    return noteSource(loaded.sourceFailure) + take(loaded, secrets: fresh, at: now)
  }

  /// Told when it begins and when it is over.
  private mutating func noteSource(_ failure: String?) -> [Action] {
    defer { sourceFailure = failure }
    guard failure != sourceFailure else { return [] }
    return [.note(failure.map { .sourceFailed($0) } ?? .sourceRecovered)]
  }

  private mutating func take(
    _ loaded: LoadedDesired,
    secrets fresh: [AccountID: String],
    at now: Instant
  ) -> [Action] {
    counters.readings += 1
    if loaded.desired == nil { counters.rejectedReadings += 1 }
    let isAskedFor = isReadingAskedFor
    isReadingAskedFor = false
    guard let desired = loaded.desired else {
      if inForce == nil {
        state = .ended
        return [.end(.invalid(loaded.diagnostics))]
      }
      return reject(loaded.diagnostics, of: loaded.commit, at: now)
    }
    if let owner = inForce?.desired?.owner, owner != desired.owner {
      return reject([.anotherOwner(desired.owner, than: owner)], of: loaded.commit, at: now)
    }
    let isSame = inForce?.digest == loaded.digest && secrets == fresh
    let wasRejected = !rejected.isEmpty
    rejected = []
    if isSame, !wasRejected {
      let isNewCommit = inForce?.commit != loaded.commit
      inForce?.commit = loaded.commit
      let isTold = isAskedFor || isNewCommit
      return (isTold ? [.note(.unchanged(commit: loaded.commit))] : []) + goOn(at: now)
    }
    inForce = loaded
    secrets = fresh
    // Whoever comes back is told of anew.
    if !toldStalled.isEmpty { toldStalled.formIntersection(desired.accounts.lazy.map(\.account.id)) }
    wants.insert(.plan)
    nextLookAt = lookTime(after: now)
    let notice = AgentNotice.accepted(
      accounts: desired.accounts.count,
      commit: loaded.commit,
      diagnostics: loaded.diagnostics + restartWarnings(desired)
    )
    let recovery =
      wasRejected ? [Action.note(.alert(AgentAlert(.recovered, "the files are valid again")))] : []
    return [.note(notice)] + recovery + goOn(at: now)
  }

  /// What the engine was given when it began, and does not take anew.
  private mutating func restartWarnings(_ desired: DesiredState) -> [Diagnostic] {
    var engine = desired.engine
    // Followed by itself.
    engine.advertise = nil
    defer { started = started ?? (engine, desired.registrars) }
    guard let started else { return [] }
    var parts = started.0 == engine ? [] : ["`engine`"]
    if started.1 != desired.registrars { parts.append("`maxRate` or `maxInFlight` of a registrar") }
    guard !parts.isEmpty else { return [] }
    let message =
      "\(parts.joined(separator: " and ")) has changed: that counts from the next start of the watch"
    return [Diagnostic(.warning, message, rule: "restart")]
  }

  /// What was read last stays in force; what is wrong is told once.
  private mutating func reject(
    _ diagnostics: [Diagnostic],
    of commit: String?,
    at now: Instant
  ) -> [Action] {
    let isNews = rejected != diagnostics
    rejected = diagnostics
    let told =
      isNews ? [.note(.rejected(diagnostics, commit: commit))] + AgentMachine.invalidAlert(diagnostics) : []
    return told + goOn(at: now)
  }

  /// `interval: 0` turns looks off.
  func lookTime(after now: Instant) -> Instant? {
    guard let interval = inForce?.desired?.policy.interval, interval > 0 else { return nil }
    return now + .seconds(Int(interval))
  }
}

extension Diagnostic {
  /// The state that a watch holds is one owner's.
  fileprivate static func anotherOwner(_ name: String, than owner: String) -> Diagnostic {
    Diagnostic(
      .error,
      "the files name the owner `\(name)`, and this watch holds the state of `\(owner)`: what was read before stays "
        + "in force; name `\(owner)` again, or stop the watch and start it for `\(name)`",
      rule: "owner"
    )
  }
}
