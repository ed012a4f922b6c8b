import Agent
import Reconcile
import StateStore

/// Suspends or resumes: over a running watch, or else in the state itself.
struct SuspensionRun: Sendable {
  /// What becomes of suspensions where no watch runs.
  struct Change {
    var suspended: [Suspension] = []
    var resumed: [AccountID] = []
  }

  let run: CommandRun
  let ownedState: OwnedStateOptions
  let command: String

  /// - Parameters:
  ///   - ask: asks the watch.
  ///   - change: says what to change in the state, given the suspensions that stand in it.
  func carryOut(
    _ ask: (AgentCall) async throws(ControlError) -> AgentAnswer,
    orInState change: (StateStore, Set<AccountID>) throws(CommandFailure) -> Change
  ) async throws(CommandFailure) -> CommandEnd {
    let found = try StateSearch(run.surroundings).find(path: ownedState.state, owner: ownedState.owner)
    guard let agent = HandedRun(run, statePath: found.path) else { return try await changeState(change) }
    let answer: AgentAnswer
    do throws(ControlError) {
      answer = try await ask(agent.call)
    } catch {
      throw agent.unreachable(error)
    }
    if let problem = answer.problem {
      let isUsage = problem.kind == .unknownAccount
      throw CommandFailure(isUsage ? .usage : .failed, problem.message, rule: problem.kind.rawValue)
    }
    tell(SuspensionDocument(owner: found.owner, answer.suspended ?? [], resumed: answer.resumed ?? []))
    return .done
  }

  private func changeState(
    _ change: (StateStore, Set<AccountID>) throws(CommandFailure) -> Change
  ) async throws(CommandFailure) -> CommandEnd {
    try await ownedState.withStore(run, command: command) { (store, _) async throws(CommandFailure) in
      let standing = try store.standingSuspensions(at: run.surroundings.clock.time)
      let change = try change(store, Set(standing.keys))
      do throws(StateError) {
        try store.keep(change.suspended, ending: change.resumed)
      } catch {
        throw CommandFailure(error)
      }
      let suspended = change.suspended.map(SuspendedAccount.init)
      tell(SuspensionDocument(owner: store.owner, suspended, resumed: change.resumed.map(\.name)))
      return .done
    }
  }

  private func tell(_ document: SuspensionDocument) {
    switch run.output.format {
    case .json: run.output.json(document)
    case .human, .markdown: for sentence in document.sentences { run.output.note(.info, sentence) }
    case .ndjson:
      let (now, id) = (run.output.now(), run.output.runID)
      for sentence in document.sentences { run.output.event(.notice(.note, sentence, at: now, run: id)) }
    }
  }
}
