import Agent
import Manifests
import Reconcile
import SIP
import StateStore

/// Makes a plan: reads the state, asks registrars, compares.
struct PlanMaker: Sendable {
  let desired: DesiredState
  let credentials: AccountCredentials
  let store: StateStore
  var options: PlanOptions
  /// Nil asks nobody.
  var questions: QuestionMode?
  /// Accounts of which a secret is not known, and so not whether it changed.
  var missingSecrets: Set<AccountID> = []
  let clock: any RunClock

  /// Makes the plan; registrars are asked through `reader`, which is made only where there is a question.
  func make(
    reader: () async throws(CommandFailure) -> any BindingReader
  ) async throws(CommandFailure) -> MadePlan {
    let planner = Planner(options: options)
    // Secrets are hashed while rows are read: each takes about as long as the other.
    async let hashing = fingerprints()
    let owned = try owned()
    let fingerprints = await hashing
    var observed = ObservedState(owned: owned, at: clock.time)
    if let questions {
      let asked = planner.questions(
        desired: desired,
        observed: observed,
        mode: questions,
        secretFingerprints: fingerprints
      )
      if !asked.isEmpty {
        observed.live = try await live(of: asked, reader)
        observed.at = clock.time
      }
    }
    let plan = planner.plan(desired: desired, observed: observed, secretFingerprints: fingerprints)
    return MadePlan(plan: plan, desired: desired, observed: observed, fingerprints: fingerprints)
  }

  private func owned() throws(CommandFailure) -> [OwnedRegistration] {
    do throws(StateError) {
      return try store.owned(matching: desired)
    } catch {
      throw CommandFailure(error)
    }
  }

  private func fingerprints() -> [AccountID: String] {
    var fingerprints: [AccountID: String] = [:]
    fingerprints.reserveCapacity(desired.accounts.count)
    for desired in desired.accounts where !missingSecrets.contains(desired.account.id) {
      let id = desired.account.id
      if let fingerprint = store.secretFingerprint(of: credentials.resolved[id]) {
        fingerprints[id] = fingerprint
      }
    }
    return fingerprints
  }

  /// Those that were looked up; where one is missing, a person is asked if that was wanted.
  private func known(_ account: Account) -> [Credential] {
    let resolved = credentials.resolved[account.id]
    guard credentials.ask != nil, resolved.count < account.credentials.count else { return resolved }
    return credentials.credentials(of: account) ?? resolved
  }

  private func live(
    of ids: [AccountID],
    _ reader: () async throws(CommandFailure) -> any BindingReader
  ) async throws(CommandFailure) -> [AccountID: LiveState] {
    let wanted = Set(ids)
    let accounts = desired.accounts.lazy.map(\.account).filter { wanted.contains($0.id) }
    let queries = accounts.map { account in
      BindingQuery(account: account, credentials: known(account))
    }
    let answers = try await reader().bindings(of: Array(queries))
    return Dictionary(zip(accounts.map(\.id), answers)) { first, _ in first }
  }
}

/// A plan, with all that it was made of.
struct MadePlan: Sendable {
  var plan: Plan
  var desired: DesiredState
  var observed: ObservedState
  var fingerprints: [AccountID: String]

  /// The plan as it is shown, with the warnings about the files.
  func document(_ diagnostics: [Diagnostic] = []) -> PlanDocument {
    var document = PlanDocument(of: plan, desired: desired, observed: observed)
    if document.diagnostics.isEmpty { document.diagnostics = diagnostics.map(DiagnosticDocument.Entry.init) }
    return document
  }
}
