import Reconcile

/// Says what a one-shot apply cannot do: answer calls after it has ended.
enum ContactAdvice {
  /// A note where accounts were registered with this process' own address.
  static func note(_ made: MadePlan, _ output: RunOutput) {
    let changed = Set(made.plan.changes.filter { $0.action == .register }.map(\.account))
    let own = made.desired.accounts.map(\.account).filter { account in
      changed.contains(account.id) && account.contact == nil && account.contactMaster == nil
    }
    guard let first = own.first else { return }
    let names = own.count == 1 ? "\(first.id) shows" : "\(first.id) and \(own.count - 1) more show"
    output.note(
      .warning,
      "\(names) the address of this program, which ends now: calls will not arrive there, and nothing "
        + "refreshes the bindings. Declare a contact"
    )
  }
}
