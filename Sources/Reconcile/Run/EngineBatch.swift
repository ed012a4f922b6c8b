/// Calls of the engine that are being put together, to be made in the order of its properties.
struct EngineBatch: Sendable {
  var forgets: [AccountID] = []
  var additions: [AccountAddition] = []
  var edits: [AccountEdit] = []
  var refreshes: [AccountID] = []
  var withdrawalSteps: [StepRef] = []
  var withdrawals: [Withdrawal] = []

  var isEmpty: Bool { count == 0 }

  var count: Int {
    forgets.count + additions.count + edits.count + refreshes.count + withdrawals.count
  }

  /// The calls as actions.
  var actions: [EngineRun.Action] {
    var actions: [EngineRun.Action] = []
    if !forgets.isEmpty { actions.append(.forget(forgets)) }
    for start in stride(from: 0, to: additions.count, by: EngineRun.chunk) {
      actions.append(.add(Array(additions[start..<min(start + EngineRun.chunk, additions.count)])))
    }
    if !edits.isEmpty { actions.append(.edit(edits)) }
    if !refreshes.isEmpty { actions.append(.refresh(refreshes)) }
    if !withdrawals.isEmpty { actions.append(.withdraw(withdrawalSteps, withdrawals)) }
    return actions
  }
}
