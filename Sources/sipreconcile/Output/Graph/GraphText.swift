import Reconcile
import SIP

/// The graph as a tree. An account with several masters stands below the one whose contact it shares, with
/// the others noted.
struct GraphText {
  let graph: AccountGraph

  func lines() -> [String] {
    guard !graph.nodes.isEmpty else { return ["No accounts."] }
    var lines: [String] = []
    // Chains may be as long as there are accounts: no recursion.
    var pending: [(node: Int, head: String, rest: String)] = graph.roots.reversed().map { ($0, "", "") }
    while let (index, head, rest) = pending.popLast() {
      lines.append(head + label(graph.nodes[index]))
      let children = graph.nodes[index].children
      for (position, child) in children.enumerated().reversed() {
        let isLast = position == children.count - 1
        pending.append((child, rest + (isLast ? "└── " : "├── "), rest + (isLast ? "    " : "│   ")))
      }
    }
    return lines
  }

  private func label(_ node: AccountGraph.Node) -> String {
    var notes = node.masters.first?.terms ?? []
    if !node.isRegistered { notes.append("register: false") }
    for edge in node.masters.dropFirst() {
      let terms = edge.terms.isEmpty ? "" : ", \(edge.terms.joined(separator: ", "))"
      notes.append("also after \(ShownText.escape(graph.nodes[edge.master].name))\(terms)")
    }
    let text = "\(ShownText.escape(node.name))  \(ShownText.escape(node.identity))"
    return notes.isEmpty ? text : "\(text)  (\(notes.joined(separator: "; ")))"
  }
}
