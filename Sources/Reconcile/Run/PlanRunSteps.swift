import SIP

// How nodes of the run's graph are released, run their steps and end.

extension PlanRun {
  /// Begins all nodes that are ready, and passes through those without steps.
  mutating func release(at now: Instant, into actions: inout [Action]) {
    repeat {
      while let node = ready.popLast() { begin(node, at: now, into: &actions) }
      breakCycle()
    } while !ready.isEmpty
    begins.sort { ($0.change, $0.step) < ($1.change, $1.step) }
  }

  private mutating func begin(_ node: Int, at now: Instant, into actions: inout [Action]) {
    guard states[node] == .waiting else { return }
    if node % 2 == 1, !isLeaving, let held = held[node / 2], trouble[node / 2] == nil {
      trouble[node / 2] = held
    }
    if graph.steps[node].isEmpty || trouble[node / 2] != nil {
      return end(node, at: now, into: &actions)
    }
    states[node] = .running
    runningNodes += 1
    if beganAt[node / 2] == nil { beganAt[node / 2] = now }
    begins.append(StepRef(change: node / 2, step: Int(graph.steps[node].lowerBound)))
  }

  mutating func take(
    _ result: StepResult,
    of ref: StepRef,
    at now: Instant,
    into actions: inout [Action]
  ) {
    let up = ref.change * 2
    guard up >= 0, up < states.count else { return }
    let node = graph.steps[up].contains(Int32(ref.step)) ? up : up + 1
    guard states[node] == .running, graph.steps[node].contains(Int32(ref.step)) else { return }
    if result.failure != nil, trouble[ref.change] == nil {
      trouble[ref.change] = Trouble(kind: .failed, result: result)
    }
    let isLast = ref.step + 1 >= Int(graph.steps[node].upperBound)
    let stops = result.failure != nil && node == up
    if isLast || stops {
      runningNodes -= 1
      end(node, at: now, into: &actions)
    } else {
      begins.append(StepRef(change: ref.change, step: ref.step + 1))
    }
  }

  /// Ends running steps as not started, and blocks what waits for them.
  mutating func giveUp(_ steps: [(StepRef, reason: String)], at now: Instant) -> [Action] {
    var actions: [Action] = []
    for (ref, reason) in steps {
      let up = ref.change * 2
      guard !hasFinished, up >= 0, up < states.count else { continue }
      let node = graph.steps[up].contains(Int32(ref.step)) ? up : up + 1
      guard states[node] == .running else { continue }
      if trouble[ref.change] == nil {
        trouble[ref.change] = Trouble(kind: .notStarted, result: StepResult(reason: reason))
      }
      runningNodes -= 1
      end(node, at: now, into: &actions)
    }
    release(at: now, into: &actions)
    return close(&actions)
  }

  /// Ends a node, and settles what waits for it: released, or blocked.
  private mutating func end(_ node: Int, at now: Instant, into actions: inout [Action]) {
    var open = [node]
    var next = 0
    while next < open.count {
      let node = open[next]
      next += 1
      guard states[node] != .ended else { continue }
      states[node] = .ended
      let failed = trouble[node / 2] != nil
      if node % 2 == 1 { conclude(node / 2, at: now, into: &actions) }
      for edge in graph.followers(of: node) {
        let follower = Int(edge.node)
        guard states[follower] == .waiting else { continue }
        waits[follower] -= 1
        let isOwn = follower / 2 == node / 2
        if failed, isOwn {
          open.append(follower)
        } else if failed, !edge.takesAnyEnd, follower % 2 == 0 {
          trouble[follower / 2] = blocked(follower, by: node / 2)
          open.append(follower)
        } else {
          if failed, !edge.takesAnyEnd, held[follower / 2] == nil {
            held[follower / 2] = blocked(follower, by: node / 2)
          }
          if waits[follower] == 0 { ready.append(follower) }
        }
      }
    }
  }

  /// A change that cannot go because another failed: with the root cause first, then the one in between.
  private func blocked(_ node: Int, by other: Int) -> Trouble {
    let id = plan.changes[other].account
    var causes = trouble[other]?.blockedBy.prefix(1).map { $0 } ?? []
    if causes.isEmpty { causes = [id] } else if causes[0] != id { causes.append(id) }
    let isHeir = plan.changes[node / 2].heirs.contains(id)
    guard node % 2 == 1 || isHeir else {
      return Trouble(
        kind: .blocked,
        result: StepResult(reason: blockedReason(causes, other)),
        blockedBy: causes
      )
    }
    var result = StepResult(reason: heldReason(node / 2, by: id))
    if !isHeir { result.remedy = Remedy.text(forHeldBy: causes[0]) }
    return Trouble(kind: .blocked, result: result, blockedBy: causes)
  }

  private func heldReason(_ change: Int, by id: AccountID) -> String {
    if plan.changes[change].heirs.contains(id) {
      return "kept as it is: \(id), which has the same identity now, is not registered yet"
    }
    return plan.changes[change].onlyUnregisters
      ? "not unregistered: \(id), which depends on it, may still be bound"
      : "registered; the old binding stays, for \(id) may still use it"
  }

  private func blockedReason(_ causes: [AccountID], _ other: Int) -> String {
    guard let root = trouble[other] else { return "waits for \(causes[0])" }
    if root.kind == .blocked { return root.result.reason }
    if root.kind == .notStarted {
      return "waits for \(causes[0]), which was not started: \(root.result.reason)"
    }
    let code = root.result.code.map { "\($0) " } ?? ""
    return "waits for \(causes[0]), which failed: \(code)\(root.result.reason)"
  }

  /// Owned registrations made at different times may depend on each other in a circle: then their removal
  /// cannot be ordered, and goes ahead as it can.
  private mutating func breakCycle() {
    guard ready.isEmpty, runningNodes == 0, begins.isEmpty, unended > 0 else { return }
    ready = states.indices.filter { states[$0] == .waiting && $0 % 2 == 1 && states[$0 - 1] == .ended }
    if ready.isEmpty { ready = states.indices.filter { states[$0] == .waiting && $0 % 2 == 0 } }
  }
}
