import EngineScripted
import Reconcile
import SIP
import TestSupport

/// A manifest, a ledger, registrars and a clock: enough to apply again and again, a process each time.
final class World {
  var desired: DesiredState
  var options = PlanOptions()
  var secrets: [AccountID: String] = [:]
  var engine = ScriptedEngine()
  let ledger = MemoryLedger()
  let clock = ManualClock()
  /// How many processes there were: each has Call-IDs of its own.
  private var processes: UInt64 = 0
  /// Without it, plans are made from the state alone.
  var asks = true
  var observer: (any RunObserver)?

  init(_ accounts: [Account] = []) {
    desired = DesiredState(owner: "office", accounts: accounts.map { DesiredAccount($0) })
    options.allowUnregister = 1_000_000
    options.allowEmpty = true
  }

  var accounts: [Account] {
    get { desired.accounts.map(\.account) }
    set { desired.accounts = newValue.map { DesiredAccount($0) } }
  }

  func change(_ id: AccountID, _ body: (inout Account) -> Void) {
    for position in desired.accounts.indices where desired.accounts[position].account.id == id {
      body(&desired.accounts[position].account)
    }
  }

  func remove(_ id: AccountID) { desired.accounts.removeAll { $0.account.id == id } }

  func observed(mode: QuestionMode = .all) async -> ObservedState {
    var observed = ObservedState(at: clock.time)
    observed.owned = await ledger.rows.values.sorted { $0.callID < $1.callID }
    guard asks else { return observed }
    let ids = Planner(options: options).questions(desired: desired, observed: observed, mode: mode)
    let asked = accounts.filter { Set(ids).contains($0.id) }
    let answers = await engine.bindings(of: asked.map { BindingQuery(account: $0) })
    for (account, answer) in zip(asked, answers) { observed.live[account.id] = answer }
    return observed
  }

  func plan(mode: QuestionMode = .all) async -> Plan {
    let observed = await observed(mode: mode)
    return Planner(options: options).plan(desired: desired, observed: observed, secretFingerprints: secrets)
  }

  struct Applied {
    var plan: Plan
    var report: Report
    /// The REGISTERs that change a binding, in order.
    var requests: [ScriptedRequest]

    subscript(_ id: AccountID) -> Outcome? { report.outcomes.first { $0.account == id } }

    /// `+ name` for a registering one, `- name` for a removal.
    var wire: [String] { requests.map { ($0.kind == .register ? "+ " : "- ") + $0.account.name } }
  }

  /// Plans and applies as a process of its own, beside `during`; the answers to `held` wait for a release.
  func apply(
    holding held: [AccountID] = [],
    timeLimit: Duration? = nil,
    waits: Bool = true,
    during: (@Sendable (ScriptedEngine, ManualClock) async -> Void)? = nil
  ) async throws -> Applied {
    for id in held { await engine.hold(id) }
    let observed = await observed()
    let plan = Planner(options: options)
      .plan(desired: desired, observed: observed, secretFingerprints: secrets)
    let engine = engine
    processes += 1
    let reconciler = Reconciler(
      engine: engine,
      ledger: ledger,
      clock: clock,
      seed: processes
    )
    let work = Reconciliation(
      plan: plan,
      desired: desired,
      observed: observed,
      secretFingerprints: secrets,
      credentials: { _ in [] }
    )
    let clock = clock
    async let helper: Void? = during?(engine, clock)
    let report = try await reconciler.carryOut(work, timeLimit: timeLimit, waits: waits, observer: observer)
    _ = await helper
    let requests = await engine.requests.filter { $0.kind != .query }
    self.engine = await ScriptedEngine(after: engine)
    return Applied(plan: plan, report: report, requests: requests)
  }

  /// The contacts that the registrar has for an account.
  func contacts(_ account: Account) async -> [String] {
    await engine.bindings(of: account).map(\.contact).sorted()
  }
}

extension Account {
  /// An account at `example.org` with the user of its name.
  static func named(_ name: String, host: String = "example.org", _ body: (inout Account) -> Void = { _ in })
    -> Account
  {
    let uri = SIPURI(user: name, host: .name(host))
    var account = Account(id: AccountID(name), identity: NameAddress(uri: uri))
    body(&account)
    return account
  }

  static func named(_ name: String, on master: AccountID, _ contact: Dependency.Contact = .share) -> Account {
    named(name, host: "pbx.example.com") { $0.dependsOn = [Dependency(account: master, contact: contact)] }
  }
}

extension ScriptedEngine {
  /// Waits until a REGISTER of the account was sent.
  func untilSent(_ id: AccountID) async {
    while !requests.contains(where: { $0.account == id && $0.kind != .query }) { await Task.yield() }
  }
}
