extension RegistrationMachine {
  /// A 3xx: the best target that may be followed and was not asked yet, or else the end of the attempt
  /// (RFC 3261, 8.1.3.4). A target that may not be followed is a reason to stop; another 3xx, such as 380, may pass.
  mutating func redirected(
    _ answer: RegisterAnswer,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    var redirection = self.redirection ?? Redirection()
    let next = redirection.take(answer.redirects, at: now)
    if next != .nothing || self.redirection != nil { self.redirection = redirection }
    switch next {
    case .follow(let target): follow(target, into: &actions)
    case .loop:
      fail(.redirectLoop(answer.redirectTarget), .hold, at: now, using: &random, into: &actions)
    case .nothing:
      guard RedirectRules.isFollowable(answer.code) else {
        return fail(.refused, .backOff, at: now, using: &random, into: &actions)
      }
      fail(.redirectRefused(answer.redirectTarget), .hold, at: now, using: &random, into: &actions)
    }
  }

  /// The same attempt goes on at another server, in a turn of its own. Nonces are not taken along: they are
  /// the business of the server that gave them.
  mutating func follow(_ target: RedirectTarget, into actions: inout [Action]) {
    authenticator.forgetNonces()
    state = .queued
    actions.append(.redirect(target))
    actions.append(.queue)
  }

  /// The account has changed, an attempt where it was redirected to has failed, or the redirect's time is over.
  package mutating func endRedirection(into actions: inout [Action]) {
    guard let redirection else { return }
    self.redirection = nil
    guard redirection.current != nil else { return }
    authenticator.forgetNonces()
    actions.append(.endRedirect)
  }
}
