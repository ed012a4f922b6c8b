import Reconcile
import Synchronization

/// An engine whose questions and removals end at once when their task is cancelled: the engine is then shut
/// down, for no one waits for the answers of a run that has to end.
final class StoppableEngine: RegistrationEngine {
  private let engine: any RegistrationEngine
  private let isShutDown = Atomic(false)

  init(_ engine: any RegistrationEngine) { self.engine = engine }

  var events: AsyncStream<[RegistrationEvent]> { engine.events }
  var ownAddress: OwnAddress? { get async { await engine.ownAddress } }

  var restingServers: [RestingServer] { get async { await engine.restingServers } }

  var heldAccounts: [HeldAccount] { get async { await engine.heldAccounts } }

  func advertise(_ address: OwnAddress.Advertised?) async { await engine.advertise(address) }

  func bindings(of queries: [BindingQuery]) async -> [LiveState] {
    guard !isShutDown.load(ordering: .acquiring) else {
      return queries.map { _ in .unknown("the engine has stopped") }
    }
    return await untilCancelled { await self.engine.bindings(of: queries) }
  }

  func withdraw(_ withdrawals: [Withdrawal]) async -> [WithdrawalResult] {
    guard !isShutDown.load(ordering: .acquiring) else {
      return withdrawals.map {
        WithdrawalResult(failure: .transport("the engine has stopped"), cseq: $0.sequence.lastCSeq)
      }
    }
    return await untilCancelled { await self.engine.withdraw(withdrawals) }
  }

  private func untilCancelled<Answer: Sendable>(
    _ question: @escaping @Sendable () async -> [Answer]
  ) async -> [Answer] {
    let (end, sink) = AsyncStream<Void>.makeStream()
    return await withTaskGroup(of: [Answer]?.self) { group in
      group.addTask { await question() }
      group.addTask {
        for await _ in end {}
        if Task.isCancelled { await self.shutdown() }
        return nil
      }
      var answers: [Answer] = []
      for await result in group {
        guard let result else { continue }
        answers = result
        sink.finish()
      }
      return answers
    }
  }

  func add(_ accounts: [AccountAddition]) async throws(EngineError) {
    try check()
    try await engine.add(accounts)
  }

  func setDefaultAccount(_ id: AccountID?) async throws(EngineError) {
    try check()
    try await engine.setDefaultAccount(id)
  }

  func edit(_ id: AccountID) async throws(EngineError) -> AccountEdit {
    try check()
    return try await engine.edit(id)
  }

  func done(_ edit: AccountEdit) async throws(EngineError) {
    try check()
    try await engine.done(edit)
  }

  func refresh(_ ids: [AccountID]) async throws(EngineError) {
    try check()
    try await engine.refresh(ids)
  }

  func suspend(_ ids: [AccountID]) async throws(EngineError) {
    try check()
    try await engine.suspend(ids)
  }

  func resume(_ ids: [AccountID]) async throws(EngineError) {
    try check()
    try await engine.resume(ids)
  }

  func forget(_ ids: [AccountID]) async throws(EngineError) {
    try check()
    try await engine.forget(ids)
  }

  func shutdown() async {
    guard !isShutDown.exchange(true, ordering: .acquiringAndReleasing) else { return }
    await engine.shutdown()
  }

  private func check() throws(EngineError) {
    if isShutDown.load(ordering: .acquiring) { throw .shutDown }
  }
}
