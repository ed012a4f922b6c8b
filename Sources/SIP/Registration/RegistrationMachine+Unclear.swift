// What a registrar may hold although nobody heard so.

extension RegistrationMachine {
  /// How long a binding that was never confirmed may still last; nil where there is none.
  package func mayBeBoundFor(at now: Instant) -> Duration? {
    guard bound == nil, let unclearUntil, unclearUntil > now else { return nil }
    return unclearUntil - now
  }

  /// No answer came to the request on its way, or one that a server gives which did not hear the registrar's.
  mutating func noteUnclearRequest() {
    if case .sent(.bind) = state { isAttemptUnclear = true }
  }

  /// The attempt has failed: what it may have left behind is remembered, and what earlier ones may have, too.
  mutating func noteUnclearEnd(at now: Instant) {
    if case .sent(.bind) = state, !RegistrationMachine.tellsNotStored(lastCode) { isAttemptUnclear = true }
    if isAttemptUnclear {
      let end = now + .seconds(Int64(lifetime(for: .bind)))
      unclearUntil = max(unclearUntil ?? end, end)
    }
    isAttemptUnclear = false
    forgetLapsed(at: now)
  }

  /// What was never confirmed has lapsed by now, if it was there at all.
  mutating func forgetLapsed(at now: Instant) {
    if let end = unclearUntil, end <= now { unclearUntil = nil }
    mayBeBound = bound != nil || unclearUntil != nil
  }

  /// A refusal by the registrar. A time-out (408, 480, 504) or a fault (5xx) may be of a proxy on the way, or have
  /// come after the registrar had stored the binding.
  private static func tellsNotStored(_ code: UInt16?) -> Bool {
    guard let code else { return false }
    return (300...499).contains(code) && code != 408 && code != 480
  }
}
