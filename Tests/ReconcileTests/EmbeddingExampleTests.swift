import Foundation
import Reconcile
import SIP
import TestSupport
import Testing

/// The smallest engine that a `Reconciler` can drive: it has no network, and each registrar says yes.
///
/// The article "Write an engine of your own" quotes it.
actor AgreeableEngine: RegistrationEngine {
  nonisolated let events: AsyncStream<[RegistrationEvent]>
  private let announcer: AsyncStream<[RegistrationEvent]>.Continuation
  private var additions: [AccountID: AccountAddition] = [:]
  private var bound: [AccountID: String] = [:]
  /// Accounts that are left alone; true for one that wants a REGISTER when that ends.
  private var suspended: [AccountID: Bool] = [:]
  private var hasEnded = false

  init() { (events, announcer) = AsyncStream.makeStream() }

  func add(_ additions: [AccountAddition]) async throws(EngineError) {
    try checkRunning()
    for addition in additions {
      let id = addition.account.id
      if self.additions[id] != nil { throw .duplicateAccount(id) }
      self.additions[id] = addition
      if addition.isSuspended { suspended[id] = false }
      if let binding = addition.binding {
        bound[id] = binding.contact
      } else if addition.account.register {
        register(id)
      }
    }
  }

  func setDefaultAccount(_ id: AccountID?) async throws(EngineError) {
    try checkRunning()
    if let id { _ = try addition(id) }
  }

  func edit(_ id: AccountID) async throws(EngineError) -> AccountEdit {
    try checkRunning()
    let addition = try addition(id)
    return AccountEdit(account: addition.account, credentials: addition.credentials)
  }

  func done(_ edit: AccountEdit) async throws(EngineError) {
    try checkRunning()
    let old = try addition(edit.id).account
    if edit.account.identity.uri != old.identity.uri { throw .immutable(edit.id, .identity) }
    if edit.account.dependsOn != old.dependsOn { throw .immutable(edit.id, .dependsOn) }
    additions[edit.id]?.account = edit.account
    additions[edit.id]?.credentials = edit.credentials
    if edit.account.register { register(edit.id) } else { unregister(edit.id) }
  }

  func refresh(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids where try addition(id).account.register { register(id) }
  }

  func suspend(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids {
      _ = try addition(id)
      suspended[id] = suspended[id] ?? false
    }
  }

  func resume(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids {
      _ = try addition(id)
      if suspended.removeValue(forKey: id) == true { register(id) }
    }
  }

  func forget(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids {
      _ = try addition(id)
      additions[id] = nil
      bound[id] = nil
    }
  }

  func withdraw(_ withdrawals: [Withdrawal]) async -> [WithdrawalResult] {
    withdrawals.map { WithdrawalResult(code: 200, reason: "OK", cseq: $0.sequence.lastCSeq + 1) }
  }

  func bindings(of queries: [BindingQuery]) async -> [LiveState] {
    queries.map { query in .known(bound[query.account.id].map { [Binding(contact: $0)] } ?? []) }
  }

  func shutdown() async {
    hasEnded = true
    announcer.finish()
  }

  private func checkRunning() throws(EngineError) { if hasEnded { throw .shutDown } }

  private func addition(_ id: AccountID) throws(EngineError) -> AccountAddition {
    guard let addition = additions[id] else { throw .unknownAccount(id) }
    return addition
  }

  /// A real engine sends a REGISTER after the first event, and announces `ok` or `failed` when the answer is there.
  private func register(_ id: AccountID) {
    guard let account = additions[id]?.account else { return }
    guard suspended[id] == nil else {
      suspended[id] = true
      return
    }
    additions[id]?.sequence.lastCSeq += 1
    announce(id, bound[id] == nil ? .progress : .refreshing)
    let shared = account.contactMaster.flatMap { bound[$0] }
    let own = "sip:\(account.identity.uri.user ?? "")@192.0.2.10"
    bound[id] = account.contact.map { "\($0.uri)" } ?? shared ?? own
    announce(id, .ok)
  }

  private func unregister(_ id: AccountID) {
    additions[id]?.sequence.lastCSeq += 1
    bound[id] = nil
    announce(id, .cleared)
  }

  /// Each event says all that is known: the ledger keeps the contact, the lifetime and the CSeq from it.
  private func announce(_ id: AccountID, _ state: RegistrationState) {
    guard let addition = additions[id] else { return }
    let sequence = addition.sequence
    var event = RegistrationEvent(account: id, state: state, callID: sequence.callID, cseq: sequence.lastCSeq)
    event.contact = bound[id]
    if state == .ok {
      event.code = 200
      event.reason = "OK"
      event.granted = addition.account.expires
      event.expiresIn = .seconds(Int64(addition.account.expires))
    }
    announcer.yield([event])
  }
}

@Suite struct EmbeddingExampleTests {
  @Test func anEngineOfOnesOwnCarriesOutAPlan() async throws {
    let world = World([.named("push"), .named("office", on: "push")])
    let engine = AgreeableEngine()
    let observed = ObservedState(at: world.clock.time)
    let plan = Planner(options: world.options).plan(desired: world.desired, observed: observed)

    let reconciler = Reconciler(engine: engine, ledger: world.ledger, clock: world.clock)
    let report = try await reconciler.carryOut(
      Reconciliation(plan: plan, desired: world.desired, observed: observed, credentials: { _ in [] })
    )

    #expect(report.outcomes.map(\.kind) == [.done, .done])
    let answers = await engine.bindings(of: world.accounts.map { BindingQuery(account: $0) })
    let contact = Binding(contact: "sip:push@192.0.2.10")
    #expect(answers == [.known([contact]), .known([contact])])
  }

  @Test func theArticleQuotesTheEngine() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let article = root.appending(path: "Sources/Reconcile/Reconcile.docc/Embedding.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let quotes = text.components(separatedBy: "```swift\n").dropFirst().map { part in
      part.components(separatedBy: "```")[0]
    }
    #expect(quotes.contains { $0.contains("actor AgreeableEngine") && source.contains($0) })
  }
}
