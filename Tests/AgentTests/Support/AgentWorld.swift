import EngineScripted
import Foundation
import Reconcile
import SIP
import Synchronization
import TestSupport
import Testing

@testable import Agent
@testable import StateStore

/// A folder, a state, scripted registrars, a manual clock and files in memory: enough for an agent, and for
/// another one after it.
final class AgentWorld: Sendable {
  let folder: String
  let clock = ManualClock()
  let source = SourceInMemory()
  let notices = Notices()
  private let engines: Mutex<ScriptedEngine>
  private let stores = Mutex<StateStore?>(nil)

  var engine: ScriptedEngine { engines.withLock { $0 } }
  var statePath: String { folder + "/office.db" }

  init(_ accounts: [Account] = []) throws {
    folder = NSTemporaryDirectory() + "/sipreconcile-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    engines = Mutex(ScriptedEngine())
    source.declare(accounts)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      print("left behind: \(folder): \(error)")
    }
  }

  func open() throws -> StateStore {
    try StateStore.open(at: statePath, owner: "office", access: .readWrite)
  }

  /// Makes every new row of the running agent fail, or succeed again.
  func setWritable(_ isWritable: Bool) throws {
    guard let store = stores.withLock({ $0 }) else { return }
    let failing =
      "CREATE TEMP TRIGGER failing BEFORE INSERT ON registration BEGIN SELECT RAISE(ABORT, 'no'); END"
    try store.connection.execute(isWritable ? "DROP TRIGGER failing" : failing)
  }

  func rows() throws -> [OwnedRegistration] {
    try StateStore.open(at: statePath, owner: "office", access: .readOnly).owned(matching: nil)
  }

  /// Runs an agent while `body` goes on beside it, then stops it.
  @discardableResult
  func run(
    _ settings: AgentSettings = AgentSettings(),
    _ body: @escaping @Sendable (AgentHand) async throws -> Void
  ) async throws -> AgentExit {
    let store = try open()
    stores.withLock { $0 = store }
    let lock = try store.acquireLock(holder: .current(command: "watch", at: clock.time), at: clock.time)
    let (signals, sink) = AsyncStream<AgentSignal>.makeStream()
    let agent = Agent(
      engine: engine,
      store: store,
      lock: lock,
      source: source,
      signals: signals,
      clock: clock,
      settings: settings.withControl(at: AgentCall.path(forStateAt: statePath)),
      observer: notices,
      seed: UInt64.random(in: 0...9999)
    )
    async let exit = agent.run()
    let hand = AgentHand(world: self, signals: sink)
    do {
      try await body(hand)
    } catch {
      sink.yield(.stop(.terminated))
      sink.yield(.stop(.terminated))
      _ = await exit
      throw error
    }
    sink.yield(.stop(.terminated))
    return await exit
  }

  /// A new process: the registrars and their bindings stay.
  func restart() async {
    let next = await ScriptedEngine(after: engine)
    engines.withLock { $0 = next }
    notices.clear()
  }

  /// The REGISTERs that change a binding: `+ name` and `- name`.
  func wire() async -> [String] {
    await engine.requests.filter { $0.kind != .query }
      .map { ($0.kind == .register ? "+ " : "- ") + $0.account.name }
  }
}

/// What a test does to a running agent.
struct AgentHand: Sendable {
  let world: AgentWorld
  let signals: AsyncStream<AgentSignal>.Continuation

  /// Waits until a condition holds; three minutes of real time are the end of patience, for machines that are busy.
  func until(
    _ what: String,
    _ condition: @Sendable () async throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(180)
    while try await !condition() {
      guard ContinuousClock.now < end else {
        throw Impatience(what: what, notices: world.notices.all)
      }
      await Task.yield()
    }
  }

  /// Waits until the agent has finished this many runs.
  func finished(_ runs: Int) async throws {
    try await until("\(runs) finished runs") { world.notices.reports.count >= runs }
  }

  /// Declares other accounts and has them read.
  func declare(_ accounts: [Account]) {
    world.source.declare(accounts)
    signals.yield(.reload)
  }

  /// Has the files read, and waits until they were and everything that follows at once is done.
  func reload() async throws {
    let before = world.source.loads
    signals.yield(.reload)
    try await until("a reading") { world.source.loads > before }
  }

  var call: AgentCall { AgentCall(path: AgentCall.path(forStateAt: world.statePath)) }

  func status() async throws -> StatusDocument { try await call.status() }

  /// Waits until the agent can be asked, and asks it.
  func run(_ change: (inout RunRequest) -> Void) async throws -> [AgentAnswer] {
    try await untilCallable()
    var request = RunRequest()
    change(&request)
    var answers: [AgentAnswer] = []
    try await call.run(request) {
      answers.append($0)
      return true
    }
    return answers
  }

  func untilCallable() async throws {
    try await until("the socket") { FileManager.default.fileExists(atPath: call.path) }
  }
}

extension AgentSettings {
  fileprivate func withControl(at path: String) -> AgentSettings {
    var settings = self
    settings.controlPath = settings.controlPath ?? path
    return settings
  }
}

struct Impatience: Error {
  var what: String
  var notices: [AgentNotice]
}

/// What an agent told.
final class Notices: AgentObserver {
  private let noted = Mutex<[AgentNotice]>([])

  var all: [AgentNotice] { noted.withLock { $0 } }
  var reports: [Report] {
    all.compactMap { notice in
      guard case .finished(let report) = notice else { return nil }
      return report
    }
  }

  func note(_ notice: AgentNotice) { noted.withLock { $0.append(notice) } }
  func clear() { noted.withLock { $0 = [] } }
}

/// Files that a test writes by assigning.
final class SourceInMemory: DesiredSource {
  private struct State {
    var loaded = LoadedDesired(desired: nil, files: [], digest: "")
    var loads = 0
    var version = 0
  }

  private let state = Mutex(State())

  var loads: Int { state.withLock { $0.loads } }

  func load() async -> LoadedDesired {
    state.withLock { state in
      state.loads += 1
      return state.loaded
    }
  }

  func declare(_ accounts: [Account], _ change: (inout DesiredState) -> Void = { _ in }) {
    var desired = DesiredState(owner: "office", accounts: accounts.map { DesiredAccount($0) })
    change(&desired)
    set(LoadedDesired(desired: desired, files: [], digest: ""))
  }

  func breakFiles(_ message: String = "broken") {
    set(
      LoadedDesired(
        desired: nil,
        diagnostics: [Diagnostic(.error, message, rule: "test")],
        files: [],
        digest: ""
      )
    )
  }

  func set(_ loaded: LoadedDesired) {
    state.withLock { state in
      state.version += 1
      state.loaded = loaded
      state.loaded.digest = "\(state.version)"
    }
  }

  /// Other credentials, the same files.
  func rotate(_ password: String) {
    state.withLock { state in
      state.loaded.credentials = { account in
        [Credential(username: account.id.name, proof: .password(Secret(password)))]
      }
    }
  }
}

extension Account {
  /// An account at `example.org` with the user of its name.
  static func named(_ name: String, _ body: (inout Account) -> Void = { _ in }) -> Account {
    let uri = SIPURI(user: name, host: .name("example.org"))
    var account = Account(id: AccountID(name), identity: NameAddress(uri: uri))
    body(&account)
    return account
  }

  static func named(_ name: String, on master: AccountID) -> Account {
    named(name) { $0.dependsOn = [Dependency(account: master)] }
  }
}
