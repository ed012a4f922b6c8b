import Agent
import EngineScripted
import Foundation
import Reconcile
import SIP
import Synchronization

@testable import sipreconcile

/// Runs commands in this process: a folder of its own, scripted engines that share their registrars, a manual
/// clock, and captured output.
final class Laboratory: Sendable {
  let folder: String
  let clock: any RunClock
  /// Nil: scripted engines and registrars.
  private let composition: Composition?
  let environment: [String: String]
  private let engine = Mutex(ScriptedEngine())
  private let registrar = Mutex<ScriptedLocalRegistrar?>(nil)

  struct Ending: Sendable {
    var status: Int32
    var output: String
    var errors: String
  }

  init(
    environment: [String: String] = [:],
    clock: any RunClock = JumpingClock(),
    composition: Composition? = nil
  ) throws {
    folder = NSTemporaryDirectory() + "sipreconcile-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    self.clock = clock
    self.composition = composition
    self.environment = environment.merging(["XDG_STATE_HOME": folder + "/state"]) { own, _ in own }
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      print("left behind: \(folder): \(error)")
    }
  }

  /// The engine of the next run, with the bindings that the last one left.
  var current: ScriptedEngine { engine.withLock { $0 } }

  /// The registrar that the last rehearsal started.
  var localRegistrar: ScriptedLocalRegistrar? { registrar.withLock { $0 } }

  func write(_ text: String, to name: String = "accounts.yaml") throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  func contents() -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
  }

  /// Runs the program with these arguments, as one process would.
  func run(
    _ arguments: String...,
    interruption: Interrupting? = nil,
    answer: String? = nil,
    isInputTerminal: Bool = true,
    watching: Watching? = nil
  ) async -> Ending {
    await run(
      arguments,
      interruption: interruption,
      answer: answer,
      isInputTerminal: isInputTerminal,
      watching: watching
    )
  }

  func run(
    _ arguments: [String],
    interruption: Interrupting? = nil,
    answer: String? = nil,
    isInputTerminal: Bool = true,
    watching: Watching? = nil
  ) async -> Ending {
    let output = TextCapture()
    let errors = TextCapture()
    let used = await ScriptedEngine(after: current)
    await script(used)
    engine.withLock { $0 = used }
    let (signals, sink) = AsyncStream<AgentSignal>.makeStream()
    let (interruptions, interrupter) = AsyncStream<Interruption>.makeStream()
    let interrupting = interruption.map { InterruptingTrigger($0, interrupter) }
    let watcher = watching.map { WatchingTrigger($0, sink) }
    var console = Console(
      writeOutput: { text in
        output.write(text)
        interrupting?.saw(output.written)
        watcher?.saw(output.written)
      },
      writeError: { text in
        errors.write(text)
        interrupting?.saw(errors.written)
        watcher?.saw(errors.written)
      }
    )
    console.isInputTerminal = isInputTerminal
    console.ask = { prompt in
      errors.write(prompt + "\n")
      return answer
    }
    let program = Program(
      surroundings: surroundings(console, engine: used, interruptions, signals)
    )
    // Manifests are found from the process' own folder, which tests share.
    let status = await program.run(
      arguments.map { $0.hasSuffix(".yaml") && !$0.hasPrefix("/") ? "\(folder)/\($0)" : $0 }
    )
    return Ending(status: status, output: text(output), errors: text(errors))
  }

  private let nextScript = Mutex<(@Sendable (ScriptedEngine) async -> Void)?>(nil)

  /// Scripts the engine of the next run.
  func scriptNext(_ script: @escaping @Sendable (ScriptedEngine) async -> Void) {
    nextScript.withLock { $0 = script }
  }

  private func script(_ engine: ScriptedEngine) async {
    let script = nextScript.withLock { next in
      defer { next = nil }
      return next
    }
    await script?(engine)
  }

  private func text(_ capture: TextCapture) -> String { capture.written.replacing(folder, with: "FOLDER") }

  private func surroundings(
    _ console: Console,
    engine: ScriptedEngine,
    _ interruptions: AsyncStream<Interruption>,
    _ signals: AsyncStream<AgentSignal>
  ) -> Surroundings {
    Surroundings(
      console: console,
      environment: environment,
      workingDirectory: folder,
      clock: clock,
      makeRunID: { "00000000000000aa" },
      interruptions: { interruptions },
      agentSignals: { signals },
      listRequests: { AsyncStream { $0.yield() } },
      composition: composition
        ?? Composition(
          startEngine: { _ in StartedEngine(engine: engine, address: nil) },
          startRegistrar: { [self] request in
            let started = ScriptedLocalRegistrar(request)
            registrar.withLock { $0 = started }
            return started
          }
        )
    )
  }
}
