import SIP

/// The shell around an `EngineRun`: the one place in a run with a clock and tasks.
struct RunLoop {
  /// What wakes the loop.
  private enum Input: Sendable {
    case events([RegistrationEvent])
    case withdrawn([StepRef], [WithdrawalResult])
    case held([HeldAccount])
    case tick, deadline, engineEnded
  }

  /// What the loop owns while it runs.
  private struct Progress {
    var run: EngineRun
    var random: RandomSource
    var report: Report?
  }

  /// How often it looks who waits for a server.
  static let lookInterval = Duration.seconds(1)

  let reconciler: Reconciler
  let work: Reconciliation
  /// False: what cannot go now, for a server asked to be left alone, is given up.
  let waits: Bool
  let observer: (any RunObserver)?

  func run(timeLimit: Duration?) async throws(LedgerError) -> Report {
    let result = await withTaskGroup(of: Void.self) { group in
      let (inputs, sink) = AsyncStream<Input>.makeStream()
      let result = await drive(&group, inputs, sink, until: timeLimit)
      sink.finish()
      group.cancelAll()
      return result
    }
    return try result.get()
  }

  private func drive(
    _ group: inout TaskGroup<Void>,
    _ inputs: AsyncStream<Input>,
    _ sink: AsyncStream<Input>.Continuation,
    until timeLimit: Duration?
  ) async -> Result<Report, LedgerError> {
    let start = reconciler.clock.now
    var progress = Progress(
      run: EngineRun(work, startingAt: start, time: reconciler.clock.time),
      random: reconciler.seed.map { RandomSource(seed: $0) } ?? RandomSource()
    )
    listen(&group, sink, until: timeLimit.map { start + $0 })
    do throws(LedgerError) {
      let first = progress.run.start(at: start, using: &progress.random)
      try await perform(first, &progress, &group, sink)
      if let report = progress.report { return .success(report) }
      // The stream also ends when this task is cancelled.
      for await input in inputs {
        if case .held(let accounts) = input { await tell(accounts) }
        let actions = step(&progress, with: input)
        try await perform(actions, &progress, &group, sink)
        if progress.report != nil { break }
      }
      if progress.report == nil {
        let last = progress.run.cancel(at: reconciler.clock.now, using: &progress.random)
        try await perform(last, &progress, &group, sink)
      }
    } catch {
      return .failure(error)
    }
    return .success(progress.report ?? Report(planDigest: work.plan.digest))
  }

  private func listen(
    _ group: inout TaskGroup<Void>,
    _ sink: AsyncStream<Input>.Continuation,
    until deadline: Instant?
  ) {
    let engine = reconciler.engine
    let clock = reconciler.clock
    group.addTask {
      for await batch in engine.events { sink.yield(.events(batch)) }
      sink.yield(.engineEnded)
    }
    group.addTask {
      while !Task.isCancelled {
        do { try await clock.sleep(until: clock.now + EngineRun.writeInterval) } catch { return }
        sink.yield(.tick)
      }
    }
    group.addTask {
      while !Task.isCancelled {
        do { try await clock.sleep(until: clock.now + RunLoop.lookInterval) } catch { return }
        let held = await engine.heldAccounts
        if !held.isEmpty { sink.yield(.held(held)) }
      }
    }
    guard let deadline else { return }
    group.addTask {
      do { try await clock.sleep(until: deadline) } catch { return }
      sink.yield(.deadline)
    }
  }

  /// What is given up is not sent either, should its time come before the run has ended.
  private func tell(_ accounts: [HeldAccount]) async {
    guard !waits else {
      observer?.held(accounts)
      observer?.turnEnded()
      return
    }
    do throws(EngineError) {
      try await reconciler.engine.suspend(accounts.map(\.account))
    } catch {
      // The engine has ended, or knows one of them no longer: then nothing is sent for it either.
    }
  }

  private func step(_ progress: inout Progress, with input: Input) -> [EngineRun.Action] {
    let now = reconciler.clock.now
    return switch input {
    case .events(let events): progress.run.receive(events, at: now, using: &progress.random)
    case .withdrawn(let refs, let results):
      progress.run.withdrew(refs, results, at: now, using: &progress.random)
    case .held(let accounts):
      waits ? [] : progress.run.giveUp(accounts, at: now, using: &progress.random)
    case .tick: progress.run.tick(at: now)
    case .deadline: progress.run.deadlinePassed(at: now, using: &progress.random)
    case .engineEnded: progress.run.cancel(at: now, using: &progress.random)
    }
  }

  private func perform(
    _ first: [EngineRun.Action],
    _ progress: inout Progress,
    _ group: inout TaskGroup<Void>,
    _ sink: AsyncStream<Input>.Continuation
  ) async throws(LedgerError) {
    var open = first
    defer { if !first.isEmpty { observer?.turnEnded() } }
    while !open.isEmpty {
      var more: [EngineRun.Action] = []
      for action in open {
        switch action {
        case .write(let entries):
          // A turn with many accounts in it takes its time.
          observer?.turnEnded()
          try await reconciler.ledger.write(entries)
        case .started(let id): observer?.started(id)
        case .ended(let outcome): observer?.ended(outcome)
        case .finished(let report): progress.report = report
        case .goOn: more += progress.run.goOn(at: reconciler.clock.now, using: &progress.random)
        case .withdraw(let refs, let withdrawals):
          let engine = reconciler.engine
          group.addTask { sink.yield(.withdrawn(refs, await engine.withdraw(withdrawals))) }
        case .add(let additions): more += await add(additions, &progress)
        case .edit(let edits):
          for edit in edits {
            let id = edit.id
            more += await call(about: [id], &progress) { (engine) throws(EngineError) in
              var open = try await engine.edit(id)
              open.account = edit.account
              open.credentials = edit.credentials
              open.instanceID = edit.instanceID
              try await engine.done(open)
            }
          }
        case .forget(let ids):
          more += await call(about: ids, &progress) { (engine) throws(EngineError) in
            try await engine.forget(ids)
          }
        case .refresh(let ids):
          more += await call(about: ids, &progress) { (engine) throws(EngineError) in
            try await engine.refresh(ids)
          }
        }
      }
      open = more
    }
  }

  /// Adds accounts; one that the engine refuses fails alone.
  private func add(_ additions: [AccountAddition], _ progress: inout Progress) async -> [EngineRun.Action] {
    var rest = additions
    var actions: [EngineRun.Action] = []
    while !rest.isEmpty {
      do throws(EngineError) {
        try await reconciler.engine.add(rest)
        return actions
      } catch {
        let refused = error.account.map { [$0] } ?? rest.map(\.account.id)
        let left = rest.filter { !refused.contains($0.account.id) }
        let isAboutNone = left.count == rest.count
        let failed = isAboutNone ? rest.map(\.account.id) : refused
        rest = isAboutNone || error.account == nil ? [] : left
        let now = reconciler.clock.now
        actions += progress.run.refused(failed, with: error, at: now, using: &progress.random)
      }
    }
    return actions
  }

  private func call(
    about ids: [AccountID],
    _ progress: inout Progress,
    _ body: (any RegistrationEngine) async throws(EngineError) -> Void
  ) async -> [EngineRun.Action] {
    do throws(EngineError) {
      try await body(reconciler.engine)
      return []
    } catch {
      let now = reconciler.clock.now
      return progress.run.refused(ids, with: error, at: now, using: &progress.random)
    }
  }
}
