extension RegistrationMachine {
  /// The connection that carried the binding is gone, and the registrar cannot reach us: the registration is
  /// renewed after the wait of RFC 5626, 4.5, while the binding goes on.
  ///
  /// - Parameter wasProved: the connection had worked for a while, so that the wait begins anew; else each
  ///   loss makes the next wait longer, though a REGISTER was accepted in between.
  package mutating func flowLost(
    _ failure: AttemptFailure,
    wasProved: Bool,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    guard goal == .bound, case .resting(let refresh) = state else { return }
    lostFlows = wasProved ? 1 : max(lostFlows, lostFlows &+ 1)
    self.failure = failure
    lastCode = nil
    state = .retrying(
      until: min(refresh, now + settings.backoff.delay(failures: Int(lostFlows), using: &random))
    )
    actions.append(.changed)
    arm(into: &actions)
  }
}
