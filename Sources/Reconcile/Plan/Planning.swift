import SIP

/// A plan in the making: what is compared, and what was decided so far.
///
/// Declared accounts are judged masters first, so that what happens to a master is known when its
/// dependents are looked at.
struct Planning {
  let desired: DesiredState
  let observed: ObservedState
  let secretFingerprints: [AccountID: String]
  let options: PlanOptions
  let selection: Selection
  var index: OwnedIndex
  let graph: DependencyGraph
  /// By name, where any account refers to another.
  let positions: [AccountID: Int]
  /// Rows of accounts that share their identity with another of ours.
  let siblings: [AddressOfRecord: [Int]]
  /// Rows of accounts with several flows, by the name under which they are declared.
  let flowRows: [AccountID: [Int]]
  var plan: Plan
  /// By row: true where a declared account stands behind it.
  var isClaimed: [Bool]
  /// Declared accounts of which nothing is left but tombstones.
  var declaredTombstones: Set<AccountID> = []
  /// By position: the change that was planned.
  var changeOf: [Int: Int] = [:]
  /// By position: masters that may have another contact when the plan is done.
  var contactMoves: Set<Int> = []
  /// What is found bound of accounts that this plan adopts, by their position.
  var adoptedContacts: [Int: String] = [:]
  /// By position: accounts that cannot be registered, and because of whom, the root cause first.
  var blockedBy: [Int: [AccountID]] = [:]

  init(
    desired: DesiredState,
    observed: ObservedState,
    secretFingerprints: [AccountID: String],
    options: PlanOptions
  ) {
    self.desired = desired
    self.observed = observed
    self.secretFingerprints = secretFingerprints
    self.options = options
    selection = Selection(options, desired: desired, owned: observed.owned)
    index = OwnedIndex(observed, desired: desired)
    positions = Planning.positions(in: desired)
    siblings = Planning.siblings(in: observed)
    flowRows = Planning.flowRows(in: observed)
    graph = DependencyGraph(desired.accounts, positions: positions)
    plan = Plan(owner: desired.owner, live: Planning.summary(of: observed, source: options.liveSource))
    plan.diagnostics = desired.diagnostics
    isClaimed = Array(repeating: false, count: observed.owned.count)
    index.followNames(in: desired) { positions[$0] != nil }
  }

  /// Positions by name, where anything refers to an account by its name.
  private static func positions(in desired: DesiredState) -> [AccountID: Int] {
    guard desired.accounts.contains(where: { !$0.account.dependsOn.isEmpty || $0.account.movedFrom != nil })
    else { return [:] }
    var positions: [AccountID: Int] = [:]
    positions.reserveCapacity(desired.accounts.count)
    for position in desired.accounts.indices { positions[desired.accounts[position].account.id] = position }
    return positions
  }

  private static func siblings(in observed: ObservedState) -> [AddressOfRecord: [Int]] {
    var siblings: [AddressOfRecord: [Int]] = [:]
    for row in observed.owned.indices where observed.owned[row].account.sharedIdentity {
      siblings[AddressOfRecord(observed.owned[row].account.identity.uri), default: []].append(row)
    }
    return siblings
  }

  private static func flowRows(in observed: ObservedState) -> [AccountID: [Int]] {
    var rows: [AccountID: [Int]] = [:]
    for row in observed.owned.indices where observed.owned[row].account.outbound.flow != nil {
      rows[observed.owned[row].account.declaredID, default: []].append(row)
    }
    guard !rows.isEmpty else { return rows }
    for row in observed.owned.indices where rows[observed.owned[row].account.id] != nil {
      rows[observed.owned[row].account.id]?.append(row)
    }
    return rows
  }

  private static func summary(of observed: ObservedState, source: LiveSummary.Source) -> LiveSummary {
    if observed.live.isEmpty {
      let oldest = observed.owned.indices.lazy.map { observed.owned[$0].updatedAt }.min()
      let age = oldest.map { max(0, Int((observed.at - $0).components.seconds)) }
      return LiveSummary(source: .state, age: age)
    }
    let answered = observed.live.values.count { if case .known = $0 { true } else { false } }
    return LiveSummary(source: source, asked: observed.live.count, answered: answered)
  }

  mutating func planDeclared() {
    for position in graph.order {
      let row = index.current[desired.accounts[position].account.id]
      if let row {
        isClaimed[row] = true
      } else if !index.tombstones.isEmpty {
        declaredTombstones.insert(desired.accounts[position].account.id)
      }
      if isQuiet(position, row: row) {
        let id = desired.accounts[position].account.id
        if selection.includes(id) {
          plan.unchanged.append(id)
        } else if let suspension = selection.suspended[desired.accounts[position].account.declaredID] {
          keep(id, .refresh, suspension.text)
        }
      } else {
        judge(position, row: row)
      }
    }
  }

  /// True for the usual account, which is bound as declared and of which nothing is asked: the fast path.
  private func isQuiet(_ position: Int, row: Int?) -> Bool {
    guard let row, observed.owned[row].phase == .bound, isAtOwnAddress(position, row) else { return false }
    let now = observed.at
    guard observed.owned[row].mayBeBound(at: now), !isDue(row),
      desired.accounts[position].account.register,
      desired.accounts[position].account == observed.owned[row].account
    else { return false }
    let id = desired.accounts[position].account.id
    if !secretFingerprints.isEmpty, let secret = secretFingerprints[id],
      secret != observed.owned[row].secretFingerprint
    {
      return false
    }
    if !observed.live.isEmpty, let live = observed.live[id], !isExactly(live, row) { return false }
    if !index.tombstones.isEmpty, index.tombstones[id] != nil { return false }
    if !desired.accounts[position].account.dependsOn.isEmpty, !areMastersQuiet(position, row) { return false }
    return !options.requestedRefresh.contains(id) && observed.otherOwners.isEmpty
  }

  /// True if the contact is declared, or shared, or plainly the engine's own.
  private func isAtOwnAddress(_ position: Int, _ row: Int) -> Bool {
    guard let own = options.ownAddress else { return true }
    return !desired.accounts[position].account.hasOwnContact
      || observed.owned[row].contact.map(own.plainlyHolds) == true
  }

  /// True if every master is bound and stays as it is, with the contact that a dependent shares.
  private func areMastersQuiet(_ position: Int, _ row: Int) -> Bool {
    let shared = desired.accounts[position].account.contactMaster
    return (graph.masters[position] ?? []).allSatisfy { master in
      guard changeOf[master] == nil, blockedBy[master] == nil, desired.accounts[master].account.register,
        let masterRow = index.current[desired.accounts[master].account.id],
        observed.owned[masterRow].phase == .bound
      else { return false }
      return desired.accounts[master].account.id != shared
        || observed.owned[masterRow].contact == observed.owned[row].contact
    }
  }

  private func isExactly(_ live: LiveState, _ row: Int) -> Bool {
    guard case .known(let bindings) = live, bindings.count == 1, bindings[0].q == nil else { return false }
    let flow = observed.owned[row].account.outbound.registrationID
    guard bindings[0].regID == nil || bindings[0].regID == flow else { return false }
    return bindings[0].contact == observed.owned[row].contact
  }

  /// True where this process must refresh because no agent does.
  func isDue(_ row: Int) -> Bool {
    guard !options.keepsRunning, let refreshAt = observed.owned[row].refreshAt else { return false }
    return refreshAt <= observed.at
  }

  mutating func finish() -> Plan {
    orderUnregisters()
    let changes = plan.changes
    let order = changes.indices.sorted { one, other in
      (changes[one].wave, changes[one].account) < (changes[other].wave, changes[other].account)
    }
    plan.changes = order.map { changes[$0] }
    plan.refusals += Rails(options: options, policy: desired.policy).refusals(
      of: plan,
      given: observed,
      desired
    )
    for id in graph.cyclic {
      refuse("dependency-cycle", "\(id) depends on itself, over other accounts: take one dependency away")
    }
    for (account, master) in graph.undeclared {
      refuse("unknown-dependency", "\(account) depends on \(master), which is not declared")
    }
    plan.digest = PlanDigest.of(plan, desired: desired)
    return plan
  }

  private mutating func refuse(_ rule: String, _ message: String) {
    plan.refusals.append(Refusal(rule: rule, message: message, option: ""))
  }
}
