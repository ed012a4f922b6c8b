import NIOCore
import Reconcile
import SIP
import SIPTransport

// What the engine is called for.

extension EngineShell {
  func add(_ accounts: [AccountAddition]) throws(EngineError) {
    try check()
    try machine.add(accounts, at: EngineShell.now)
    settle()
  }

  func setDefaultAccount(_ id: AccountID?) throws(EngineError) {
    try check()
    if let id, machine.slotByAccount[id] == nil { throw .unknownAccount(id) }
    machine.defaultAccount = id
  }

  func edit(_ id: AccountID) throws(EngineError) -> AccountEdit {
    try check()
    return try machine.edit(id)
  }

  func done(_ edit: AccountEdit) throws(EngineError) {
    try check()
    try machine.done(edit, at: EngineShell.now)
    settle()
  }

  func refresh(_ ids: [AccountID]) throws(EngineError) {
    try check()
    try machine.refresh(ids, at: EngineShell.now)
    settle()
  }

  func suspend(_ ids: [AccountID]) throws(EngineError) {
    try check()
    try machine.suspend(ids, at: EngineShell.now)
    settle()
  }

  func resume(_ ids: [AccountID]) throws(EngineError) {
    try check()
    try machine.resume(ids, at: EngineShell.now)
    settle()
  }

  func forget(_ ids: [AccountID]) throws(EngineError) {
    try check()
    try machine.forget(ids, at: EngineShell.now)
    settle()
  }

  func query(_ list: [BindingQuery], then finish: @escaping ([LiveState]) -> Void) {
    guard !list.isEmpty, !isShutDown else {
      return finish(EngineShell.unanswered(list))
    }
    let ticket = takeTicket()
    queries[ticket] = Collected(count: list.count, finish: finish)
    for (position, query) in list.enumerated() {
      machine.query(query, ticket: ticket, position: position, at: EngineShell.now)
    }
    machine.pump(at: EngineShell.now)
    settle()
  }

  func withdraw(_ list: [Withdrawal], then finish: @escaping ([WithdrawalResult]) -> Void) {
    guard !list.isEmpty, !isShutDown else {
      return finish(EngineShell.unanswered(list))
    }
    let ticket = takeTicket()
    withdrawals[ticket] = Collected(count: list.count, finish: finish)
    for (position, withdrawal) in list.enumerated() {
      machine.withdraw(withdrawal, ticket: ticket, position: position, at: EngineShell.now)
    }
    machine.pump(at: EngineShell.now)
    settle()
  }

  func shutdown() {
    guard !isShutDown else { return }
    isShutDown = true
    timer?.task.cancel()
    listener?.close()
    for flow in flows.values { flow.close() }
    acceptor?.close()
    for flow in streams.values { flow.close() }
    for flow in accepted.values { flow.close() }
    for query in queries.values { query.finish(filling: .unknown("the engine has stopped")) }
    for withdrawal in withdrawals.values {
      withdrawal.finish(filling: WithdrawalResult(failure: .transport("the engine has stopped"), cseq: 0))
    }
    tell()
    continuation.finish()
  }

  /// What is said of questions that come after the engine's end.
  static func unanswered(_ list: [BindingQuery]) -> [LiveState] {
    list.map { _ in .unknown("the engine has stopped") }
  }

  static func unanswered(_ list: [Withdrawal]) -> [WithdrawalResult] {
    list.map {
      WithdrawalResult(failure: .transport("the engine has stopped"), cseq: $0.sequence.lastCSeq)
    }
  }

  private func check() throws(EngineError) { if isShutDown { throw .shutDown } }

  private func takeTicket() -> Int {
    nextTicket += 1
    return nextTicket
  }
}
