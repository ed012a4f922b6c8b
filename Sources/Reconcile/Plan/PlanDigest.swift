import SIP

/// The digest of a plan: SHA-256 over what it would do, in a canonical text.
///
/// Not in it: where a line stands in a file, waves, refreshes that are merely due, and times. So the same
/// files against the same state give the same digest some minutes later. Nor what only tells whether a registrar
/// was asked: an account that is new to us is the same change whether its contact is bound there already (adopt)
/// or not (register), and so is the renewal of an expired binding. So a plan that asked, and one that did not
/// need to, have one digest.
enum PlanDigest {
  static func of(_ plan: Plan, desired: DesiredState) -> String {
    var text = CanonicalText(capacity: 4096)
    text.append(plan.owner)
    let declared = accounts(for: plan, in: desired)
    for position in order(of: plan.changes) where plan.changes[position].cause.kind != .due {
      let change = plan.changes[position]
      append(change, declared[change.account].map { desired.accounts[$0].account }, to: &text)
      if text.bytes.count > 1 << 20 { text.fold() }
    }
    return text.hash.hexDigits
  }

  /// By name alone: a refresh that became due may have put others into later waves.
  private static func order(of changes: [Change]) -> [Int] {
    let isSorted = changes.indices.dropFirst().allSatisfy { changes[$0 - 1].account <= changes[$0].account }
    if isSorted { return Array(changes.indices) }
    return changes.indices.sorted { changes[$0].account < changes[$1].account }
  }

  /// Positions of the declared accounts behind the changes.
  private static func accounts(for plan: Plan, in desired: DesiredState) -> [AccountID: Int] {
    guard !plan.changes.isEmpty else { return [:] }
    var positions: [AccountID: Int] = [:]
    positions.reserveCapacity(plan.changes.count)
    if plan.changes.count > desired.accounts.count / 2 {
      for position in desired.accounts.indices { positions[desired.accounts[position].account.id] = position }
      return positions
    }
    var wanted: Set<AccountID> = []
    wanted.reserveCapacity(plan.changes.count)
    for change in plan.changes { wanted.insert(change.account) }
    for position in desired.accounts.indices {
      let id = desired.accounts[position].account.id
      if wanted.contains(id) { positions[id] = position }
    }
    return positions
  }

  private static func append(_ change: Change, _ account: Account?, to text: inout CanonicalText) {
    text.append(change.account.name)
    let isAdoption = change.action == .adopt && change.cause.kind == .config
    text.append(action(of: change, isAdoption).rawValue)
    text.append(change.cause.kind.rawValue)
    text.append(change.steps) { append(isAdoption && $1 == .record ? .register : $1, to: &$0) }
    text.append(change.fields) { text, field in
      text.append(field.path)
      text.append(field.before)
      text.append(field.after)
    }
    text.append(account != nil)
    if let account { text.append(account) }
  }

  private static func action(of change: Change, _ isAdoption: Bool) -> Change.Action {
    if isAdoption { return .register }
    return change.cause.kind == .expired && change.action == .refresh ? .repair : change.action
  }

  private static func append(_ step: Step, to text: inout CanonicalText) {
    switch step {
    case .register: text.append(0)
    case .edit: text.append(1)
    case .refresh: text.append(2)
    case .unregister(let callID):
      text.append(3)
      text.append(callID)
    case .restore(let account):
      text.append(7)
      text.append(account.name)
    case .removeForeign(let contact):
      text.append(4)
      text.append(contact)
    case .record: text.append(5)
    case .forget(let callID):
      text.append(6)
      text.append(callID)
    }
  }
}
