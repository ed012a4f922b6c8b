public import Reconcile
import SIP
public import StateStore

/// The resident agent: holds what the files declare, follows them, and repairs what is lost.
///
/// It uses the engine's events for itself, and shuts the engine down and releases the lease at its end.
public struct Agent: Sendable {
  let engine: any RegistrationEngine
  package let store: StateStore
  let lock: StateLock
  let source: any DesiredSource
  let signals: AsyncStream<AgentSignal>
  let clock: any RunClock
  let settings: AgentSettings
  let observer: (any AgentObserver)?
  let seed: UInt64?
  /// The service manager that wants to hear how it goes; nil for none.
  package var notifier: SystemdNotifier?

  /// - Parameters:
  ///   - lock: the lease of the state, which the agent keeps alive.
  ///   - signals: what the process is told; one consumer.
  ///   - seed: makes Call-IDs repeatable; nil takes them from the system's randomness.
  public init(
    engine: any RegistrationEngine,
    store: StateStore,
    lock: StateLock,
    source: any DesiredSource,
    signals: AsyncStream<AgentSignal>,
    clock: any RunClock,
    settings: AgentSettings = AgentSettings(),
    observer: (any AgentObserver)? = nil,
    seed: UInt64? = nil
  ) {
    self.engine = engine
    self.store = store
    self.lock = lock
    self.source = source
    self.signals = signals
    self.clock = clock
    self.settings = settings
    self.observer = observer
    self.seed = seed
  }

  /// Runs until it is told to stop, and leaves the bindings as they are unless told otherwise.
  public func run() async -> AgentExit {
    let exit = await withDiscardingTaskGroup(returning: AgentExit.self) { group in
      var loop = AgentLoop(agent: self)
      let exit = await loop.run(&group)
      group.cancelAll()
      return exit
    }
    await engine.shutdown()
    lock.release()
    return exit
  }
}
