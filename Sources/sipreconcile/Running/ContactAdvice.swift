import Reconcile

/// Says what a one-shot apply cannot do: answer calls after it has ended.
enum ContactAdvice {
  /// A note where accounts are registered now with this process' own address.
  static func note(_ made: MadePlan, _ report: Report, _ output: RunOutput) {
    let names = registeredWithOurAddress(made, report)
    guard let first = names.first else { return }
    let shows = names.count == 1 ? "\(first) shows" : "\(first) and \(names.count - 1) more show"
    output.note(
      .warning,
      "\(shows) the address of this program, which ends now: calls will not arrive there, and nothing "
        + "refreshes the bindings. Declare a contact, or let `sipreconcile watch` hold them"
    )
  }

  private static func registeredWithOurAddress(_ made: MadePlan, _ report: Report) -> [AccountID] {
    let done = Set(report.outcomes.lazy.filter { $0.kind == .done && $0.action.bindsAnew }.map(\.account))
    return made.desired.accounts.map(\.account).filter { account in
      done.contains(account.id) && account.register && account.contact == nil && account.contactMaster == nil
    }.map(\.id)
  }
}

extension Change.Action {
  /// True where the contact is chosen now, and not the one that was bound before.
  fileprivate var bindsAnew: Bool {
    switch self {
    case .register, .replace, .move: true
    case .edit, .repair, .refresh, .follow, .adopt, .unregister, .local: false
    }
  }
}
