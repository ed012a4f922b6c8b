/// What waits for what in a run, as flat arrays: two nodes for each change.
///
/// Node `2 × change` is what makes bindings or only writes state; node `2 × change + 1` is what takes
/// bindings away afterwards. Nodes without steps are passed through at once.
struct RunGraph: Sendable {
  /// One wait: the node that is waited for ends, then `node` may go.
  struct Edge: Sendable {
    var node: Int32
    /// True if it is enough that the other has ended, well or badly.
    var takesAnyEnd: Bool
  }

  /// For each node, how many of its steps there are and where they begin in the change.
  private(set) var steps: [Range<Int32>]
  /// For each node, the number of nodes that it waits for.
  private(set) var waits: [Int32]
  private var starts: [Int32]
  private var edges: [Edge]

  init(_ changes: [Change]) {
    steps = []
    steps.reserveCapacity(changes.count * 2)
    for change in changes {
      let count = Int32(change.steps.count)
      let split = Int32(change.steps.firstIndex(where: \.takesAway) ?? change.steps.count)
      steps.append(0..<split)
      steps.append(split..<count)
    }
    let pairs = RunGraph.pairs(changes)
    waits = Array(repeating: 0, count: steps.count)
    starts = Array(repeating: 0, count: steps.count + 1)
    for (from, edge) in pairs {
      starts[Int(from) + 1] += 1
      waits[Int(edge.node)] += 1
    }
    for node in steps.indices { starts[node + 1] += starts[node] }
    edges = Array(repeating: Edge(node: 0, takesAnyEnd: false), count: pairs.count)
    var next = starts
    for (from, edge) in pairs {
      edges[Int(next[Int(from)])] = edge
      next[Int(from)] += 1
    }
  }

  func followers(of node: Int) -> ArraySlice<Edge> { edges[Int(starts[node])..<Int(starts[node + 1])] }

  private static func pairs(_ changes: [Change]) -> [(Int32, Edge)] {
    var pairs: [(Int32, Edge)] = []
    pairs.reserveCapacity(changes.count)
    var positions: [AccountID: Int] = [:]
    if changes.contains(where: { !$0.after.isEmpty || !$0.heirs.isEmpty }) {
      positions.reserveCapacity(changes.count)
      for position in changes.indices { positions[changes[position].account] = position }
    }
    for position in changes.indices {
      let up = Int32(position * 2)
      pairs.append((up, Edge(node: up + 1, takesAnyEnd: false)))
      if !changes[position].onlyUnregisters {
        for id in changes[position].heirs {
          guard let other = positions[id] else { continue }
          pairs.append((Int32(other * 2), Edge(node: up + 1, takesAnyEnd: false)))
        }
      }
      for id in changes[position].after {
        guard let other = positions[id] else { continue }
        if changes[position].onlyUnregisters {
          pairs.append((Int32(other * 2 + 1), Edge(node: up + 1, takesAnyEnd: false)))
          continue
        }
        let takesAnyEnd = changes[position].afterAttempt.contains(id)
        pairs.append((Int32(other * 2), Edge(node: up, takesAnyEnd: takesAnyEnd)))
        if changes[position].keepsBinding, changes[other].steps.contains(where: \.takesAway) {
          pairs.append((up, Edge(node: Int32(other * 2 + 1), takesAnyEnd: false)))
        }
      }
    }
    return pairs
  }
}

extension Step {
  /// True if it removes a binding or what we know of one.
  fileprivate var takesAway: Bool {
    switch self {
    case .unregister, .removeForeign, .forget: true
    case .register, .edit, .refresh, .restore, .record: false
    }
  }
}

extension Change {
  /// True if the account was bound before, perhaps with the contact that its master gives up.
  fileprivate var keepsBinding: Bool {
    switch action {
    case .edit, .repair, .refresh, .replace, .move, .follow: true
    case .register, .adopt, .unregister, .local: false
    }
  }
}
