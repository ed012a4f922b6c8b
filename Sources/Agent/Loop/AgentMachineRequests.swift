import Reconcile
import SIP

// What people ask of a running agent: one request after the other, each when nothing else is on its way.

extension AgentMachine {
  /// A request, and the number under which it is answered.
  struct Ticket: Sendable {
    let number: Int
    var request: AgentRequest
    let askedAt: Timestamp
  }

  mutating func requested(
    _ request: AgentRequest,
    as number: Int,
    at now: Instant,
    time: Timestamp
  ) -> [Action] {
    guard !isStopping else { return [.answer(number, .problem(.stopping, "the watch is ending"))] }
    requests.append(Ticket(number: number, request: request, askedAt: time))
    // What is meant are the files as they are now.
    if case .run(let run) = request, run.files != nil { wants.insert(.load) }
    return goOn(at: now)
  }

  /// Begins the next request; nil where there is none that can begin.
  mutating func beginRequest(at now: Instant) -> [Action]? {
    guard !holdsUnchanged, !requests.isEmpty, let desired = inForce?.desired else { return nil }
    let ticket = requests.removeFirst()
    switch ticket.request {
    case .suspend(let ids, let duration, let reason):
      return suspend(ids, for: duration, because: reason, ticket, desired, at: now)
    case .resume(let ids): return resume(ids, ticket, desired, at: now)
    case .run(let run): return begin(run, ticket, desired, at: now)
    }
  }

  private mutating func begin(
    _ run: RunRequest,
    _ ticket: Ticket,
    _ desired: DesiredState,
    at now: Instant
  ) -> [Action] {
    if let problem = problem(with: run, desired) { return [.answer(ticket.number, problem)] }
    current = (ticket.number, run)
    guard run.asksRegistrars else { return plan([:], at: now) }
    let only = Set((run.only + run.refresh).map { AccountID($0) })
    let suspended = suspended
    var ids: [AccountID] = []
    for account in desired.accounts.lazy.map(\.account) where account.register {
      let id = account.declaredID
      guard only.isEmpty || only.contains(id), suspended[id] == nil,
        activities[account.id]?.isBound == true
      else { continue }
      ids.append(account.id)
    }
    guard !ids.isEmpty else { return plan([:], at: now) }
    state = .asking
    return [.ask(ids)]
  }

  private func problem(with run: RunRequest, _ desired: DesiredState) -> AgentAnswer? {
    if let files = run.files {
      if rejected.contains(where: { $0.severity == .error }) {
        return .problem(.otherFiles, "the watch cannot read its files: \(rejected[0].message)")
      }
      guard files == inForce?.digest else {
        return .problem(.otherFiles, "the watch follows other files than these")
      }
    }
    if let problem = AgentMachine.unknown(run.named, in: desired) { return problem }
    let suspended = suspended
    for id in run.refresh.map({ AccountID($0) }) {
      if let suspension = suspended[id] {
        return .problem(.suspension, "\(id) is \(suspension.text); resume it first")
      }
    }
    return nil
  }

  static func unknown(_ ids: [AccountID], in desired: DesiredState) -> AgentAnswer? {
    var unknown = Set(ids)
    for declared in desired.accounts { unknown.remove(declared.account.id) }
    guard !unknown.isEmpty else { return nil }
    let names = unknown.sorted().map(\.name).joined(separator: ", ")
    return .problem(.unknownAccount, "no declared account is named \(names)")
  }

  /// The plan of a request was made: it is told, and begun unless something stops it.
  mutating func plannedRequest(
    _ work: Reconciliation,
    at now: Instant,
    time: Timestamp,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    guard let (number, request) = current else { return [] }
    var document = PlanDocument(of: work)
    document.commit = inForce?.commit
    var actions: [Action] = [.answer(number, .plan(document))]
    let digest = work.plan.digest
    if let expected = request.expect, !digest.hasPrefix(expected) {
      actions.append(.answer(number, .problem(.unexpected, "the plan is another one: \(digest.prefix(12))")))
    } else if !work.plan.refusals.isEmpty {
      let reasons = work.plan.refusals.map(\.message).joined(separator: "; ")
      actions.append(.answer(number, .problem(.refused, reasons)))
    } else if work.plan.isEmpty {
      actions.append(.answer(number, .report(Report(planDigest: digest))))
    } else {
      return actions + carryOut(work, at: now, time: time, using: &random)
    }
    current = nil
    return actions + goOn(at: now)
  }

  /// A request's run is over: what the watch itself has left to do may be another plan by now.
  mutating func endRequest(with report: Report) -> [Action] {
    guard let (number, _) = current else { return [] }
    current = nil
    wants.insert(.plan)
    return [.answer(number, .report(report))]
  }

  /// Everybody who still waits is told that nothing comes.
  mutating func refuseRequests() -> [Action] {
    let waiting = requests.map(\.number) + (current.map { [$0.0] } ?? [])
    requests = []
    current = nil
    return waiting.map { .answer($0, .problem(.stopping, "the watch is ending")) }
  }
}
