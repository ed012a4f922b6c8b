import Reconcile
import SIP

/// The graph in Graphviz' language: from masters to those that wait for them.
struct GraphDOT {
  let graph: AccountGraph

  func lines() -> [String] {
    var lines = [
      "digraph accounts {",
      "  rankdir=LR;",
      "  node [shape=box, style=rounded, fontname=\"sans-serif\"];",
    ]
    for (index, node) in graph.nodes.enumerated() {
      let label = "\(quotable(node.name))\\n\(quotable(node.identity))"
      let style = node.isRegistered ? "" : ", style=\"rounded,dashed\""
      lines.append("  n\(index) [label=\"\(label)\"\(style)];")
    }
    for (index, node) in graph.nodes.enumerated() {
      for edge in node.masters { lines.append("  n\(edge.master) -> n\(index)\(attributes(edge));") }
    }
    return lines + ["}"]
  }

  private func attributes(_ edge: AccountGraph.Edge) -> String {
    guard !edge.terms.isEmpty else { return "" }
    let style = edge.contact == .own ? ", style=dashed" : ""
    return " [label=\"\(edge.terms.joined(separator: "\\n"))\"\(style)]"
  }

  private func quotable(_ text: String) -> String {
    ShownText.escape(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
