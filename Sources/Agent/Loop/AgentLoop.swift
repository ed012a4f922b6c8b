import Reconcile
import SIP
import StateStore

/// The shell around an `AgentMachine`: the one place in an agent with a clock, tasks and the state.
struct AgentLoop {
  let agent: Agent
  let inputs: AsyncStream<AgentInput>
  let sink: AsyncStream<AgentInput>.Continuation
  let watcher: FileWatcher?
  let alerts: AlertSender?
  var machine: AgentMachine
  var random: RandomSource
  /// What is still to be performed, in order. It waits where the state cannot be written: nothing may be
  /// sent that the state does not know of.
  var queue: [AgentMachine.Action] = []
  var retryAt: Instant?
  var stateFailure: String?
  var wakeAt: Instant?
  var exit: AgentExit?
  /// The credentials of accounts that left the files while we ran, for their removal.
  var retained: [AccountID: [Credential]] = [:]
  /// Who waits for an answer, by the number of the request.
  var askers: [Int: AsyncStream<AgentAnswer>.Continuation] = [:]
  private var requestCount = 0
  private var isReadyTold = false
  var runStartedAt: Timestamp
  /// A large run or reading has left memory that is given back in a quiet moment.
  var hasFreedMemory = false
  /// The commit whose plan is carried out.
  var runCommit: String?
  var wallClock: WallClock

  static let retryInterval = Duration.seconds(1)

  init(agent: Agent) {
    self.agent = agent
    (inputs, sink) = AsyncStream.makeStream()
    machine = AgentMachine(settings: agent.settings, at: agent.clock.now)
    random = agent.seed.map { RandomSource(seed: $0) } ?? RandomSource()
    let time = agent.clock.time
    wallClock = WallClock(showing: time, at: agent.clock.now)
    runStartedAt = time
    let targets = agent.settings.alerts
    alerts = targets.isEmpty ? nil : AlertSender(targets) { agent.observer?.note(.alertFailed($0)) }
    do throws(FileWatchError) {
      watcher = try FileWatcher()
    } catch {
      watcher = nil
      agent.observer?.note(.filesNotWatched(error.description))
    }
  }

  mutating func run(_ group: inout DiscardingTaskGroup) async -> AgentExit {
    listen(&group)
    takeSuspensions()
    queue += machine.start(at: agent.clock.now)
    await perform(&group)
    for await input in inputs {
      queue += take(input)
      await perform(&group)
      if let exit { return exit }
      tellReady()
      arm(&group)
    }
    // The task was cancelled: as a stop that leaves at once.
    return exit ?? .leftAtOnce(.interrupted)
  }

  private mutating func take(_ input: AgentInput) -> [AgentMachine.Action] {
    followWallClock()
    let now = agent.clock.now
    switch input {
    case .events(let events):
      return machine.received(events, at: now, time: wallClock.time(at: now), using: &random)
    case .engineEnded: return machine.engineEnded(at: now)
    case .withdrawn(let refs, let results): return machine.withdrew(refs, results, at: now, using: &random)
    case .answered(let live): return machine.answered(live, at: now)
    case .loaded(let loaded, let secrets): return take(loaded, secrets, at: now)
    case .signal(.reload): return machine.reload(at: now)
    case .signal(.stop(let cause)):
      let actions = machine.stop(cause, at: now, using: &random)
      if actions.contains(.end(.leftAtOnce(cause))) { exit = .leftAtOnce(cause) }
      return actions
    case .fileEvent: return machine.fileEvent(at: now)
    case .poll: return machine.poll(at: now)
    case .timer(let instant):
      if wakeAt == instant { wakeAt = nil }
      if let due = retryAt, due <= now { retryAt = nil }
      let due = machine.timerFired(at: now)
      return due + (machine.hasRun ? machine.tick(at: now, using: &random) : [])
    case .heartbeat:
      beat()
      if hasFreedMemory, !machine.hasRun {
        hasFreedMemory = false
        agent.store.releaseMemory()
        ProcessMemory.giveBack()
      }
      agent.notifier?.status(machine.summary())
      return []
    case .watchdog:
      agent.notifier?.alive()
      return []
    case .metrics(let reply):
      reply.yield(metrics())
      reply.finish()
      return []
    case .health(let reply):
      reply.yield(machine.health(stateFailure: stateFailure))
      reply.finish()
      return []
    case .status(let reply):
      reply.yield(status())
      reply.finish()
      return []
    case .request(let request, let asker):
      requestCount += 1
      askers[requestCount] = asker
      return machine.requested(request, as: requestCount, at: now, time: wallClock.time(at: now))
    }
  }

  /// A service manager hears once that the files are in force; registrars that do not answer hold nothing up.
  private mutating func tellReady() {
    guard !isReadyTold, let notifier = agent.notifier, machine.health(stateFailure: nil).isReady else {
      return
    }
    isReadyTold = true
    notifier.ready(machine.summary())
  }

  private mutating func takeSuspensions() {
    do throws(StateError) {
      let (now, kept) = (agent.clock.now, try agent.store.suspensions())
      machine.takeSuspensions(kept, at: now, time: wallClock.time(at: now))
    } catch {
      fail(error.description)
    }
  }

  private mutating func take(
    _ loaded: LoadedDesired,
    _ secrets: [AccountID: String],
    at now: Instant
  ) -> [AgentMachine.Action] {
    watcher?.watch(loaded.files)
    if loaded.desired?.accounts.count ?? 0 >= ProcessMemory.leastAccounts { hasFreedMemory = true }
    if let desired = loaded.desired, let before = machine.inForce, let old = before.desired {
      let names = Set(desired.accounts.lazy.map(\.account.id))
      for declared in old.accounts where !names.contains(declared.account.id) {
        retained[declared.account.id] = before.credentials(declared.account)
      }
      for name in retained.keys where names.contains(name) { retained[name] = nil }
    }
    return machine.loaded(loaded, secrets: secrets, at: now)
  }

  private mutating func beat() {
    do throws(StateError) {
      try agent.lock.beat(at: time)
    } catch {
      switch error {
      case .leaseLost: exit = .leaseLost(error.description)
      case .damaged, .foreign, .newer, .otherOwner, .otherUser, .notAFile, .inaccessible, .notWritable,
        .diskFull,
        .busy, .locked:
        fail(error.description)
      }
    }
  }

  /// The wall-clock time as the loop and its rows have it.
  var time: Timestamp { wallClock.time(at: agent.clock.now) }

  /// Where someone set the wall clock, all that is kept in its terms goes along: the bindings last as long
  /// as they did.
  private mutating func followWallClock() {
    let clock = agent.clock
    let shift = wallClock.read { (clock.now, clock.time) }
    guard let shift else { return }
    machine.shiftTimes(by: shift)
    runStartedAt = runStartedAt + shift
    agent.observer?.note(.clockSet(by: shift))
    // Before all else: what waits is written in terms of the new time.
    queue.insert(.shiftRows(by: shift), at: 0)
  }

  mutating func fail(_ message: String) {
    guard stateFailure != message else { return }
    stateFailure = message
    agent.observer?.note(.stateFailed(message))
  }

  // MARK: Waking up

  private func listen(_ group: inout DiscardingTaskGroup) {
    let (agent, sink) = (agent, sink)
    group.addTask {
      for await batch in agent.engine.events { sink.yield(.events(batch)) }
      sink.yield(.engineEnded)
    }
    group.addTask {
      for await signal in agent.signals { sink.yield(.signal(signal)) }
    }
    group.addTask {
      while !Task.isCancelled {
        do { try await agent.clock.sleep(until: agent.clock.now + StateLock.heartbeatInterval) } catch {
          return
        }
        sink.yield(.heartbeat)
        // An engine that is asked looks at the machine's addresses, and acts on what has changed.
        _ = await agent.engine.ownAddress
      }
    }
    if let interval = agent.notifier?.watchdogInterval {
      group.addTask {
        while !Task.isCancelled {
          sink.yield(.watchdog)
          do { try await agent.clock.sleep(until: agent.clock.now + interval) } catch { return }
        }
      }
    }
    serve(&group)
    if let alerts { group.addTask { await alerts.run() } }
    if let interval = agent.source.pollInterval {
      group.addTask {
        while !Task.isCancelled {
          do { try await agent.clock.sleep(until: agent.clock.now + interval) } catch { return }
          sink.yield(.poll)
        }
      }
    }
    if let changes = watcher?.changes {
      group.addTask { for await _ in changes { sink.yield(.fileEvent) } }
    }
  }

  /// Lets the agent be asked and observed from outside.
  private func serve(_ group: inout DiscardingTaskGroup) {
    let (agent, desk) = (agent, AgentDesk(agent, sink))
    if let path = agent.settings.controlPath {
      group.addTask {
        do throws(ControlError) {
          try await ControlServer(path: path, desk: desk).run()
        } catch {
          agent.observer?.note(.controlFailed(error.description))
        }
      }
    }
    guard let address = agent.settings.metricsAddress else { return }
    group.addTask {
      let server = ObservingServer(address: address, desk: desk) { agent.observer?.note(.observable(at: $0)) }
      do throws(ControlError) {
        try await server.run()
      } catch {
        agent.observer?.note(.metricsFailed(error.description))
      }
    }
  }

  /// Sleeps until the machine wants to be woken; an earlier wish starts another sleep.
  private mutating func arm(_ group: inout DiscardingTaskGroup) {
    guard let next = [machine.nextWake, retryAt].compactMap({ $0 }).min() else { return }
    if let wakeAt, wakeAt <= next { return }
    wakeAt = next
    let (clock, sink) = (agent.clock, sink)
    group.addTask {
      do { try await clock.sleep(until: next) } catch { return }
      sink.yield(.timer(next))
    }
  }
}
