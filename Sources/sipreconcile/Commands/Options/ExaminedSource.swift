import ArgumentParser
import Manifests
import Reconcile
import StateStore

/// Where `doctor` finds the accounts: files, or without any our own state.
struct ExaminedSource: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The files; - is standard input. Without any, what our state owns.",
      valueName: "file"
    ),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var files: [String] = []

  @Flag(help: "Let fromCommand run programs.")
  var allowExec = false

  @Option(
    help: ArgumentHelp("Without files: the owner whose state it is.", valueName: "name")
  )
  var owner: String?

  func validate() throws {
    guard files.isEmpty || owner == nil else {
      throw ValidationError("--owner goes without files, which name the owner themselves.")
    }
  }

  func subject(
    _ run: CommandRun,
    _ state: StateOptions
  ) async throws(CommandFailure) -> ExaminedSubject {
    files.isEmpty ? try owned(run, state) : try await declared(run, state)
  }

  private func declared(
    _ run: CommandRun,
    _ state: StateOptions
  ) async throws(CommandFailure) -> ExaminedSubject {
    let (reading, complaints) = try await ManifestFiles(paths: files, allowExec: allowExec).inspect(run)
    guard let desired = reading.result.desired else {
      throw CommandFailure(.invalidManifest, reading.diagnostics)
    }
    var subject = ExaminedSubject(
      owner: desired.owner,
      statePath: try state.path(owner: desired.owner, run.surroundings),
      accounts: desired.accounts.map(\.account)
    )
    subject.complaints = complaints
    subject.engine = desired.engine
    subject.limits = desired.registrars
    subject.files = reading.result.files
    subject.take(reading.credentials)
    return subject
  }

  /// What is registered, as it was; secrets come from where they were had then.
  private func owned(_ run: CommandRun, _ state: StateOptions) throws(CommandFailure) -> ExaminedSubject {
    let found = try StateSearch(run.surroundings).find(path: state.state, owner: owner)
    let rows: [OwnedRegistration]
    do throws(StateError) {
      let store = try StateStore.open(at: found.path, owner: found.owner, access: .readOnly)
      rows = try store.owned(matching: nil)
    } catch {
      throw CommandFailure(error)
    }
    var seen: Set<AccountID> = []
    let accounts = rows.filter { $0.phase != .cleared }.map(\.account).filter { seen.insert($0.id).inserted }
    var subject = ExaminedSubject(owner: found.owner, statePath: found.path, accounts: accounts)
    // A device's token is in the contact that was registered.
    let asked = accounts.map { account in
      var account = account
      account.push = nil
      return DesiredAccount(account)
    }
    let resolver = run.surroundings.secretResolver(allowExec: allowExec)
    let (known, complaints) = resolver.resolve(DesiredState(owner: found.owner, accounts: asked))
    subject.complaints = complaints
    subject.take(known)
    return subject
  }
}
