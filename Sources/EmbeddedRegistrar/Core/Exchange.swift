import SIP

/// One request on its way through the registrar's core.
struct Exchange {
  let request: MessageView
  let source: Endpoint
  let now: Instant
  /// The tag that To gets in the answer.
  let tag: UInt64
  let key: ServerTransactions.Key?
  /// The scripted faults that strike it.
  var effects: [Fault.Effect] = []
  /// The user whose credentials were right.
  var user: RegistrarUser?

  var delay: Duration {
    effects.reduce(.zero) { sum, effect in
      if case .delay(let duration) = effect { return sum + duration }
      return sum
    }
  }

  var grantedExpires: UInt32? {
    for case .grant(let seconds) in effects { return seconds }
    return nil
  }
}
