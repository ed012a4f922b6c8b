public import Reconcile
import SIP

/// An engine in memory that obeys a script: each REGISTER gets the answer that the script says, at once or
/// when it is released, and everything is recorded. It holds the bindings of the registrars it plays.
///
/// It has no clock: nothing expires, and nothing is refreshed or retried by itself. Refreshes come from
/// `refresh`, a loss of bindings from `setBindings`.
public actor ScriptedEngine: RegistrationEngine {
  public nonisolated let events: AsyncStream<[RegistrationEvent]>
  let announcer: AsyncStream<[RegistrationEvent]>.Continuation
  var accounts: [AccountID: ScriptedAccount] = [:]
  var dependents: [AccountID: [AccountID]] = [:]
  var registrar = ScriptedRegistrar()
  var queues: [ScriptedRegistrar.Key: [ScriptedJob]] = [:]
  var inFlight: [ScriptedRegistrar.Key: ScriptedJob] = [:]
  var answers: [AccountID: [ScriptedAnswer]] = [:]
  var lasting: [AccountID: ScriptedAnswer] = [:]
  var removalAnswers: [AccountID: ScriptedAnswer] = [:]
  var silent: [AccountID: String] = [:]
  var held: Set<AccountID> = []
  var heldBack: [AccountID: HeldAccount] = [:]
  var address = "192.0.2.10:5060"
  var followsAddress = false
  var advertised: OwnAddress.Advertised?
  var isShutDown = false
  private(set) var defaultAccount: AccountID?
  public private(set) var calls: [ScriptedCall] = []
  /// Every REGISTER in the order in which it was sent.
  public internal(set) var requests: [ScriptedRequest] = []
  /// REGISTERs that had to wait for another one of the same identity at the same registrar.
  public internal(set) var overlaps = 0

  public init() {
    (events, announcer) = AsyncStream.makeStream()
  }

  /// A new engine, as a later process has one: the same registrars with their bindings, the same lasting
  /// answers, and no account.
  public init(after other: ScriptedEngine) async {
    self.init()
    registrar = await other.registrar
    lasting = await other.lasting
    removalAnswers = await other.removalAnswers
    silent = await other.silent
    address = await other.address
  }

  // MARK: The script

  /// The answers to the next REGISTERs of an account; later ones get the lasting answer, or are accepted.
  public func answer(_ id: AccountID, with next: ScriptedAnswer...) { answers[id, default: []] += next }

  /// The answer to every REGISTER of an account that has no other; nil accepts.
  public func alwaysAnswer(_ id: AccountID, with answer: ScriptedAnswer?) { lasting[id] = answer }

  /// The answer to every removal of a binding of this account; nil accepts.
  public func answerRemovals(of id: AccountID, with answer: ScriptedAnswer?) { removalAnswers[id] = answer }

  /// Makes the registrar refuse to tell this account's bindings, with a reason; nil lets it tell.
  public func hideBindings(of id: AccountID, because reason: String?) { silent[id] = reason }

  /// Keeps back the answers to an account's REGISTERs until `release`.
  public func hold(_ id: AccountID) { held.insert(id) }

  public func release(_ id: AccountID) {
    held.remove(id)
    for (key, job) in inFlight where job.account == id { complete(job, key) }
  }

  /// Gives an account no turn, for its server asked to be left alone.
  public func holdBack(_ id: AccountID, for server: String, remaining: Duration) {
    heldBack[id] = HeldAccount(id, server: server, remaining: remaining)
  }

  public var heldAccounts: [HeldAccount] {
    heldBack.values.filter { accounts[$0.account]?.isSuspended == false }.sorted { $0.account < $1.account }
  }

  /// Gives the engine another `host:port` of its own; from now on contacts follow it.
  public func setAddress(_ address: String) {
    self.address = address
    followsAddress = true
  }

  public func advertise(_ address: OwnAddress.Advertised?) async { advertised = address }

  public var ownAddress: OwnAddress? {
    get async {
      guard followsAddress || advertised != nil, let own = OwnAddress.Advertised(address) else { return nil }
      return OwnAddress(advertised: advertised, hosts: [own.host], port: own.port)
    }
  }

  /// What the registrar has bound for an account's identity.
  public func bindings(of account: Account) -> [Binding] { registrar.bindings(.init(account)) }

  /// The binding that an account was last given with; nil where it was given without one.
  public func bindingGiven(with id: AccountID) -> ExistingBinding? { accounts[id]?.addition.binding }

  /// Changes what the registrar has bound behind our back.
  public func setBindings(_ bindings: [Binding], of account: Account) {
    registrar.set(bindings, for: .init(account))
  }

  /// Tells an event just as it is, beside the script.
  public func announce(_ event: RegistrationEvent) { announcer.yield([event]) }

  public func clearRecords() {
    calls = []
    requests = []
    overlaps = 0
  }

  // MARK: RegistrationEngine

  public func add(_ additions: [AccountAddition]) async throws(EngineError) {
    try checkRunning()
    let arriving = Set(additions.map(\.account.id))
    for addition in additions {
      let id = addition.account.id
      if accounts[id] != nil { throw .duplicateAccount(id) }
      for master in addition.account.dependsOn.map(\.account)
      where accounts[master] == nil && !arriving.contains(master) {
        throw .unknownMaster(id, master: master)
      }
    }
    calls.append(.add(additions.map(\.account.id)))
    for addition in additions {
      let account = addition.account
      accounts[account.id] = ScriptedAccount(addition)
      for dependency in account.dependsOn
      where dependents[dependency.account]?.contains(account.id) != true {
        dependents[dependency.account, default: []].append(account.id)
      }
    }
    for addition in additions where addition.account.register && addition.binding == nil {
      wantRegister(addition.account.id)
    }
    // A master may have moved before its dependent was added.
    for addition in additions where addition.account.contact == nil {
      guard let bound = addition.binding?.contact, addition.account.register,
        let master = addition.account.contactMaster, let contact = accounts[master]?.boundContact,
        bound != contact
      else { continue }
      wantRegister(addition.account.id)
    }
  }

  public func setDefaultAccount(_ id: AccountID?) async throws(EngineError) {
    try checkRunning()
    if let id, accounts[id] == nil { throw .unknownAccount(id) }
    calls.append(.setDefaultAccount(id))
    defaultAccount = id
  }

  public func edit(_ id: AccountID) async throws(EngineError) -> AccountEdit {
    try checkRunning()
    guard let entry = accounts[id] else { throw .unknownAccount(id) }
    return AccountEdit(account: entry.account, credentials: entry.addition.credentials)
  }

  public func done(_ edit: AccountEdit) async throws(EngineError) {
    try checkRunning()
    guard let entry = accounts[edit.id] else { throw .unknownAccount(edit.id) }
    let fields = edit.account.differences(from: entry.account)
    for field in fields where field == .identity || field == .dependsOn { throw .immutable(edit.id, field) }
    calls.append(.done(edit.id))
    let hasNewCredentials = edit.credentials != entry.addition.credentials
    accounts[edit.id]?.addition.account = edit.account
    accounts[edit.id]?.addition.credentials = edit.credentials
    if fields.contains(.register), !edit.account.register {
      wantRemoval(edit.id)
    } else if edit.account.register, hasNewCredentials || fields.contains(where: { $0.effect != .local }) {
      wantRegister(edit.id)
    }
  }

  public func refresh(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids where accounts[id] == nil { throw .unknownAccount(id) }
    calls.append(.refresh(ids))
    for id in ids where accounts[id]?.account.register == true { wantRegister(id) }
  }

  public func suspend(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids where accounts[id] == nil { throw .unknownAccount(id) }
    calls.append(.suspend(ids))
    for id in ids { accounts[id]?.isSuspended = true }
  }

  public func resume(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids where accounts[id] == nil { throw .unknownAccount(id) }
    calls.append(.resume(ids))
    for id in ids {
      accounts[id]?.isSuspended = false
      guard accounts[id]?.waitsForResume == true else { continue }
      accounts[id]?.waitsForResume = false
      wantRegister(id)
    }
  }

  public func forget(_ ids: [AccountID]) async throws(EngineError) {
    try checkRunning()
    for id in ids where accounts[id] == nil { throw .unknownAccount(id) }
    calls.append(.forget(ids))
    for id in ids { accounts[id] = nil }
  }

  public func withdraw(_ withdrawals: [Withdrawal]) async -> [WithdrawalResult] {
    calls.append(.withdraw(withdrawals.map(\.account.id)))
    let (stream, sink) = AsyncStream<(Int, WithdrawalResult)>.makeStream()
    for (position, withdrawal) in withdrawals.enumerated() {
      enqueue(
        ScriptedJob(withdrawal.account.id, .withdraw(withdrawal, position, sink)),
        .init(withdrawal.account)
      )
    }
    var results = withdrawals.map { WithdrawalResult(failure: .timeout, cseq: $0.sequence.lastCSeq) }
    var left = withdrawals.count
    guard left > 0 else { return results }
    // A cancelled task gets no more results, and returns what it has.
    for await (position, result) in stream {
      results[position] = result
      left -= 1
      if left == 0 { break }
    }
    return results
  }

  public func bindings(of queries: [BindingQuery]) async -> [LiveState] {
    calls.append(.bindings(queries.map(\.account.id)))
    return queries.map { query in
      let account = query.account
      let sequence = query.sequence ?? CallSequence(callID: "query-\(account.id)", lastCSeq: 0, ceiling: 64)
      record(.query, account, callID: sequence.callID, cseq: sequence.lastCSeq + 1, contact: nil)
      if let reason = silent[account.id] { return .unknown(reason) }
      return .known(registrar.bindings(.init(account)))
    }
  }

  public func shutdown() async {
    isShutDown = true
    announcer.finish()
  }

  private func checkRunning() throws(EngineError) { if isShutDown { throw .shutDown } }
}
