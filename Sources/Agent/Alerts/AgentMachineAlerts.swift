import Reconcile

// What a person should hear of, each thing once.

extension AgentMachine {
  /// After an account's activity has taken the event.
  mutating func alert(about event: RegistrationEvent) -> AgentAlert? {
    let id = event.account
    if event.state == .ok, event.failure == nil {
      guard toldStalled.remove(id) != nil else { return nil }
      return AgentAlert(.recovered, of: id, "\(id) is registered again", code: event.code)
    }
    guard activities[id]?.kinds.contains(.stalled) == true, toldStalled.insert(id).inserted else {
      return nil
    }
    let words = [event.code.map(String.init), event.reason].compactMap { $0 }.filter { !$0.isEmpty }
    return AgentAlert(.stalled, of: id, "\(id): \(words.joined(separator: " "))", code: event.code)
  }

  func driftAlerts(_ plan: Plan) -> [Action] {
    guard plan.refusals.isEmpty else { return [] }
    return plan.changes.filter { $0.cause.kind == .drift }.map { change in
      let message = "\(change.account): what is bound is not as it was left: \(change.action.rawValue)"
      return .note(.alert(AgentAlert(.drift, of: change.account, message)))
    }
  }

  static func invalidAlert(_ diagnostics: [Diagnostic]) -> [Action] {
    let errors = diagnostics.filter { $0.severity == .error }
    guard let first = errors.first else { return [] }
    let place = first.at.map { "\($0): " } ?? ""
    let more = errors.count > 1 ? ", and \(errors.count - 1) more" : ""
    return [.note(.alert(AgentAlert(.invalid, "the files are not valid: \(place)\(first.message)\(more)")))]
  }
}
