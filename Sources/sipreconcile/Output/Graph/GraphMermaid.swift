import Reconcile
import SIP

/// The graph as a Mermaid flowchart, which many Markdown readers draw.
struct GraphMermaid {
  let graph: AccountGraph

  func lines() -> [String] {
    var lines = ["flowchart LR"]
    for (index, node) in graph.nodes.enumerated() {
      let label = "\(entities(node.name))<br/>\(entities(node.identity))"
      lines.append("  n\(index)[\"\(label)\"]")
    }
    for (index, node) in graph.nodes.enumerated() {
      for edge in node.masters {
        let arrow = edge.contact == .own ? "-.->" : "-->"
        let label = edge.terms.isEmpty ? "" : "|\"\(edge.terms.joined(separator: ", "))\"|"
        lines.append("  n\(edge.master) \(arrow)\(label) n\(index)")
      }
    }
    let idle = graph.nodes.indices.filter { !graph.nodes[$0].isRegistered }
    guard !idle.isEmpty else { return lines }
    lines.append("  classDef idle stroke-dasharray: 4 3")
    lines.append("  class \(idle.map { "n\($0)" }.joined(separator: ",")) idle")
    return lines
  }

  /// Mermaid's entities are decimal, and have a number sign where HTML has an ampersand.
  private func entities(_ text: String) -> String {
    var result = ""
    for scalar in ShownText.escape(text).unicodeScalars {
      switch scalar {
      case "\"", "&", "<", ">", "#", ";", "`", "\\", "[", "]", "{", "}", "|": result += "#\(scalar.value);"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
