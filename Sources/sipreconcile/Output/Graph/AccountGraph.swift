import Reconcile
import SIP

/// Which account depends on which, as every drawing of it needs it.
///
/// The loader refuses cycles, so every account has a layer: 0 without masters, else one more than the
/// deepest of its masters.
struct AccountGraph: Sendable {
  struct Node: Sendable {
    var name: String
    var identity: String
    var isRegistered: Bool
    var layer = 0
    /// The edges to its masters, the one whose place it takes in a tree first.
    var masters: [Edge] = []
    /// The accounts that have their place in a tree below this one.
    var children: [Int] = []

    /// No edge leads to it or from it.
    var isAlone: Bool { masters.isEmpty && !hasDependents }
    var hasDependents = false
  }

  /// That an account waits for a master.
  struct Edge: Sendable, Equatable {
    var master: Int
    var contact: Dependency.Contact
    var condition: Dependency.Condition

    /// What is not the usual: `contact: own`, `condition: attempted`.
    var terms: [String] {
      (contact == .own ? ["contact: own"] : []) + (condition == .attempted ? ["condition: attempted"] : [])
    }
  }

  private(set) var nodes: [Node]

  init(_ desired: DesiredState) {
    nodes = desired.accounts.map { declared in
      Node(
        name: declared.account.id.name,
        identity: declared.account.identity.uri.description,
        isRegistered: declared.account.register
      )
    }
    let positions = Dictionary(
      desired.accounts.indices.map { (desired.accounts[$0].account.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    for index in nodes.indices {
      let edges = desired.accounts[index].account.dependsOn.compactMap { dependency in
        positions[dependency.account].map {
          Edge(master: $0, contact: dependency.contact, condition: dependency.condition)
        }
      }
      // Whose contact is shared is the nearer master.
      nodes[index].masters = edges.filter { $0.contact == .share } + edges.filter { $0.contact == .own }
      if let first = nodes[index].masters.first { nodes[first.master].children.append(index) }
      for edge in edges { nodes[edge.master].hasDependents = true }
    }
    setLayers()
  }

  /// Accounts without a master, in the order of the files.
  var roots: [Int] { nodes.indices.filter { nodes[$0].masters.isEmpty } }

  private mutating func setLayers() {
    var dependents = [[Int]](repeating: [], count: nodes.count)
    var waiting = nodes.map(\.masters.count)
    for index in nodes.indices { for edge in nodes[index].masters { dependents[edge.master].append(index) } }
    var ready = roots[...]
    while let index = ready.popFirst() {
      for dependent in dependents[index] {
        nodes[dependent].layer = max(nodes[dependent].layer, nodes[index].layer + 1)
        waiting[dependent] -= 1
        if waiting[dependent] == 0 { ready.append(dependent) }
      }
    }
  }
}
