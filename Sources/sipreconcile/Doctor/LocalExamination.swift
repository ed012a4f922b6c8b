import Agent
import Reconcile
import SIP
import StateStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Looks at this machine and our own files.
struct LocalExamination: Sendable {
  let run: CommandRun
  let owner: String
  let state: LocalFacts.State
  /// Accounts with a binding that a registrar confirmed and that has not expired.
  let bound: Set<AccountID>
  private let holder: LockHolder?
  private let path: String
  /// How many secrets the accounts declare.
  var secrets = 0
  var complaints: [Diagnostic] = []
  /// The engine as a run would start it.
  var request = EngineRequest()
  /// The files that a watch follows.
  var followed: [String] = []

  /// Reads the state, and makes none.
  init(_ run: CommandRun, owner: String, statePath path: String) {
    self.run = run
    self.owner = owner
    self.path = path
    let now = run.surroundings.clock.time
    holder = StateStore.holder(ofStateAt: path, at: now)
    guard access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR) else {
      state = .missing(path: path)
      bound = []
      return
    }
    do throws(StateError) {
      let store = try StateStore.open(at: path, owner: owner, access: .readOnly)
      let rows = try store.owned(matching: nil)
      state = .readable(path: path, registrations: rows.count)
      bound = Set(rows.lazy.filter { $0.phase == .bound && $0.mayBeBound(at: now) }.map(\.account.id))
    } catch {
      state = .unreadable(error.description)
      bound = []
    }
  }

  /// Servers that the running agent leaves alone; none where it does not answer, or none runs.
  func resting() async -> [RestingServerStatus] {
    guard holder?.command == "watch" else { return [] }
    do throws(ControlError) {
      return try await AgentCall(path: AgentCall.path(forStateAt: path)).status().agent?.restingServers ?? []
    } catch {
      run.output.note(.warning, "the agent does not answer: \(error)")
      return []
    }
  }

  /// - Parameter servers: those that the accounts' next hops lead to.
  func facts(servers: [Target.Server]) async -> LocalFacts {
    var facts = LocalFacts(state: state)
    facts.holder = holder?.description
    facts.secrets = secrets
    facts.complaints = complaints
    facts.bind = await bind()
    facts.openFiles = Self.openFiles(servers)
    facts.fileWatching = fileWatching()
    return facts
  }

  private func bind() async -> LocalFacts.Bind? {
    guard let address = request.bind, !Task.isCancelled else { return nil }
    var trial = request
    trial.trace = nil
    trial.warn = nil
    do throws(CommandFailure) {
      let started = try await run.surroundings.composition.startEngine(trial)
      await started.engine.shutdown()
      return .free("\(address)")
    } catch {
      if holder?.command == "watch" { return .heldByAgent("\(address)") }
      return .unavailable(error.diagnostics.map(\.message).joined(separator: "; "))
    }
  }

  /// What a watch opens beside one socket for each server.
  private static let ownFiles = 64
  /// Connections that others may open to contacts over TCP.
  private static let accepted = 1024

  private static func openFiles(_ servers: [Target.Server]) -> LocalFacts.OpenFiles? {
    var limits = rlimit()
    #if canImport(Glibc)
      let result = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    #else
      let result = getrlimit(RLIMIT_NOFILE, &limits)
    #endif
    guard result == 0 else { return nil }
    let others = servers.contains { $0.transport == .tcp } ? accepted : 0
    return LocalFacts.OpenFiles(
      limit: Int(clamping: limits.rlim_cur),
      needed: ownFiles + Set(servers).count + others
    )
  }

  private func fileWatching() -> LocalFacts.FileWatching {
    do throws(FileWatchError) {
      let watcher = try FileWatcher()
      watcher.watch(followed.map { run.surroundings.absolute($0) })
      return .works(files: followed.count)
    } catch {
      return .failed(error.description)
    }
  }
}
