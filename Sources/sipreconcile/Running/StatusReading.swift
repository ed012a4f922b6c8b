import Agent
import Reconcile
import StateStore

/// Finds out how accounts stand: from the running agent, else from our own state.
struct StatusReading: Sendable {
  let run: CommandRun
  let path: String
  let owner: String

  func document() async throws(CommandFailure) -> StatusDocument {
    let now = run.surroundings.clock.time
    if StateStore.holder(ofStateAt: path, at: now)?.command == "watch" {
      do throws(ControlError) {
        return try await AgentCall(path: AgentCall.path(forStateAt: path)).status()
      } catch {
        run.output.note(.warning, "the agent does not answer, so this is from the state: \(error)")
      }
    }
    return try stored(at: now)
  }

  private func stored(at now: Timestamp) throws(CommandFailure) -> StatusDocument {
    let store: StateStore
    let owned: [OwnedRegistration]
    do throws(StateError) {
      store = try StateStore.open(at: path, owner: owner, access: .readOnly)
      owned = try store.owned(matching: nil)
    } catch {
      throw CommandFailure(error)
    }
    let builder = StatusBuilder(desired: nil, suspensions: try store.standingSuspensions(at: now), at: now)
    return StatusDocument(owner: owner, at: now, accounts: builder.accounts(owned: owned))
  }
}
