import Agent
import Manifests
import Reconcile
import SIP
import StateStore

/// What `plan` and `apply` have in common: files, state, engine and plan, in that order.
struct WorkingRun: Sendable {
  let run: CommandRun
  let manifests: LoadedManifests
  let credentials: AccountCredentials
  let store: StateStore
  /// Nil for a run that only reads.
  let lock: StateLock?
  let engine: EngineSlot
  let made: MadePlan

  var document: PlanDocument { made.document(manifests.diagnostics) }
}

/// What `plan` and `apply` are told alike.
struct WorkingOptions: Sendable {
  var files: ManifestFiles
  var planning: PlanningOptions
  var engine: EngineOptions
  var state: StateOptions
  var isSandbox: Bool
  var access: StateStore.Access
  var questions: QuestionMode
  /// Of the whole run.
  var timeLimit: Duration?
  /// What is done instead where a watch holds the state; nil: nothing.
  var handOver: (@Sendable (HandedRun, LoadedManifests) async throws(CommandFailure) -> CommandEnd)?
}
