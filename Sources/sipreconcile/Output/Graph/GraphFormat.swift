import ArgumentParser

/// How a dependency graph is drawn.
enum GraphFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// A tree for people.
  case text
  /// Graphviz.
  case dot
  /// For Markdown that draws it.
  case mermaid
  case svg

  func lines(of graph: AccountGraph) -> [String] {
    switch self {
    case .text: GraphText(graph: graph).lines()
    case .dot: GraphDOT(graph: graph).lines()
    case .mermaid: GraphMermaid(graph: graph).lines()
    case .svg: GraphSVG(graph).lines()
    }
  }
}
