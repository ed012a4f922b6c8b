package import Reconcile
import SIP

extension PlanDocument {
  /// - Parameter account: finds the account of a change: as it is declared, else as it is owned.
  package init(_ plan: Plan, account: (AccountID) -> Account? = { _ in nil }) {
    owner = plan.owner
    digest = plan.digest
    live = Live(plan.live)
    changes = plan.changes.map { ChangeEntry($0, of: account($0.account)) }
    unchanged = plan.unchanged.map(\.name)
    kept = plan.kept.map { KeptEntry(account: $0.account.name, action: $0.action, reason: $0.reason) }
    unknown = plan.unknown.map { UnknownEntry(account: $0.account.name, reason: $0.reason) }
    foreign = plan.foreign.map {
      ForeignEntry(
        account: $0.account.name,
        contact: PushToken.removed(from: $0.binding.contact),
        expires: $0.binding.expires
      )
    }
    summary = Summary(plan)
    refusals = plan.refusals.map(RefusalEntry.init)
    diagnostics = plan.diagnostics.map(DiagnosticDocument.Entry.init)
  }

  /// The plan with the accounts it is about, as they are declared, or else as they were.
  package init(of plan: Plan, desired: DesiredState, observed: ObservedState) {
    var accounts: [AccountID: Account] = [:]
    if !plan.changes.isEmpty {
      let names = Set(plan.changes.map(\.account))
      for row in observed.owned where names.contains(row.account.id) {
        accounts[row.account.id] = row.account
      }
      for declared in desired.accounts where names.contains(declared.account.id) {
        accounts[declared.account.id] = declared.account
      }
    }
    self.init(plan) { accounts[$0] }
  }

  init(of work: Reconciliation) { self.init(of: work.plan, desired: work.desired, observed: work.observed) }
}

extension PlanDocument.Live {
  package init(_ summary: LiveSummary) {
    let entry = PlanDocument.LiveEntry(
      status: Self.status(summary),
      asked: summary.asked,
      answered: summary.answered,
      age: summary.age
    )
    switch summary.source {
    case .registrar: registrar = entry
    case .agent: agent = entry
    case .state: state = entry
    }
  }

  private static func status(_ summary: LiveSummary) -> String {
    if summary.source == .state || summary.asked == 0 { return "stored" }
    if summary.answered == 0 { return "unreadable" }
    return summary.answered < summary.asked ? "partial" : "complete"
  }
}

extension PlanDocument.ChangeEntry {
  package init(_ change: Change, of declared: Account?) {
    account = change.account.name
    action = change.action
    identity = declared?.identity.uri.description
    registrar = declared?.registrar.description
    cause = PlanDocument.CauseEntry(kind: change.cause.kind, at: change.cause.at?.description)
    wave = change.wave
    after = change.after.map(\.name)
    fields = change.fields.map(PlanDocument.FieldEntry.init)
    steps = change.steps.map(PlanDocument.StepEntry.init)
  }
}

extension PlanDocument.FieldEntry {
  package init(_ field: FieldChange) {
    path = field.path
    // A sensitive field has no values; were one given by mistake, it would still not be shown.
    before = field.isSensitive ? nil : field.before
    after = field.isSensitive ? nil : field.after
    sensitive = field.isSensitive
    changed = true
  }
}

extension PlanDocument.StepEntry {
  package init(_ step: Step) {
    switch step {
    case .register: self.step = "register"
    case .edit: self.step = "edit"
    case .refresh: self.step = "refresh"
    case .restore(let account):
      self.step = "restore"
      self.account = account.name
    case .record: self.step = "record"
    case .unregister(let callID):
      self.step = "unregister"
      self.callID = callID
    case .removeForeign(let contact):
      self.step = "removeForeign"
      self.contact = PushToken.removed(from: contact)
    case .forget(let callID):
      self.step = "forget"
      self.callID = callID
    }
  }
}

extension PlanDocument.Summary {
  package init(_ plan: Plan) {
    for change in plan.changes { count(change.action) }
    unchanged = plan.unchanged.count
    kept = plan.kept.count
    unknown = plan.unknown.count
    foreign = plan.foreign.count
  }

  private mutating func count(_ action: Change.Action) {
    switch action {
    case .register: register += 1
    case .edit: edit += 1
    case .repair: repair += 1
    case .refresh: refresh += 1
    case .replace: replace += 1
    case .move: move += 1
    case .follow: follow += 1
    case .adopt: adopt += 1
    case .unregister: unregister += 1
    case .local: local += 1
    }
  }
}

extension PlanDocument.RefusalEntry {
  package init(_ refusal: Refusal) {
    self.init(rule: refusal.rule, message: refusal.message, option: refusal.option)
  }
}
