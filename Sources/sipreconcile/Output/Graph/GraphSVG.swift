import Reconcile

/// The graph as one SVG file that needs nothing else: masters to the left, whoever waits for them to the
/// right of them. A dashed line is a dependency with a contact of its own.
struct GraphSVG {
  private let graph: AccountGraph
  private let layout: GraphLayout

  private static let boxWidth = 220
  private static let boxHeight = 38
  private static let columnWidth = 300
  private static let rowHeight = 50
  private static let margin = 20
  /// Letters that a box has room for.
  private static let letters = 30

  init(_ graph: AccountGraph) {
    self.graph = graph
    layout = GraphLayout(graph)
  }

  func lines() -> [String] {
    let width = 2 * Self.margin + max(1, layout.columns) * Self.columnWidth - 80
    let height = 2 * Self.margin + max(1, layout.rows) * Self.rowHeight
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\""
        + " viewBox=\"0 0 \(width) \(height)\" role=\"img\">",
      "<title>\(Columns.count(graph.nodes.count, "account", "accounts")) and what they depend on</title>",
    ]
    lines += Self.style
    for (index, node) in graph.nodes.enumerated() {
      for edge in node.masters { lines += line(edge, to: index) }
    }
    for index in graph.nodes.indices { lines += box(index) }
    return lines + ["</svg>"]
  }

  private static let style = [
    "<style>",
    "  svg { background: #fff; font: 12px system-ui, sans-serif }",
    "  rect { fill: #f4f7fb; stroke: #4a6785 }",
    "  .idle rect { stroke-dasharray: 4 3; fill: #f6f6f6 }",
    "  .name { font-weight: 600; fill: #16202b }",
    "  .identity, .terms { fill: #55636f; font-size: 11px }",
    "  path { fill: none; stroke: #7b8da0 }",
    "  .own { stroke-dasharray: 5 4 }",
    "  @media (prefers-color-scheme: dark) {",
    "    svg { background: #11161c } rect { fill: #1c2630; stroke: #6d8aa8 } .idle rect { fill: #181c20 }",
    "    .name { fill: #e6edf3 } .identity, .terms { fill: #9fb0c0 }",
    "  }",
    "</style>",
    "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\""
      + " orient=\"auto\"><path d=\"M0 0 8 4 0 8\"/></marker></defs>",
  ]

  private func left(_ index: Int) -> Int { Self.margin + layout.places[index].column * Self.columnWidth }

  private func middle(_ index: Int) -> Int {
    Self.margin + Int((layout.places[index].row + 0.5) * Double(Self.rowHeight))
  }

  private func line(_ edge: AccountGraph.Edge, to index: Int) -> [String] {
    let (startX, startY) = (left(edge.master) + Self.boxWidth, middle(edge.master))
    let (endX, endY) = (left(index), middle(index))
    let bend = (endX - startX) / 2
    let style = edge.contact == .own ? " class=\"own\"" : ""
    let path =
      "<path\(style) marker-end=\"url(#arrow)\" d=\"M\(startX) \(startY)"
      + " C\(startX + bend) \(startY) \(endX - bend) \(endY) \(endX) \(endY)\"/>"
    guard edge.condition == .attempted else { return [path] }
    let label =
      "<text class=\"terms\" x=\"\(endX - 6)\" y=\"\(endY - 6)\" text-anchor=\"end\">attempted</text>"
    return [path, label]
  }

  private func box(_ index: Int) -> [String] {
    let node = graph.nodes[index]
    let (x, y) = (left(index), middle(index) - Self.boxHeight / 2)
    let terms = node.masters.flatMap { edge in
      edge.terms.map { "\(graph.nodes[edge.master].name): \($0)" }
    }
    let state = node.isRegistered ? [] : ["register: false"]
    let title = ([node.name, node.identity] + state + terms).map(escaped).joined(separator: "&#10;")
    return [
      "<g\(node.isRegistered ? "" : " class=\"idle\"")><title>\(title)</title>",
      "  <rect x=\"\(x)\" y=\"\(y)\" width=\"\(Self.boxWidth)\" height=\"\(Self.boxHeight)\" rx=\"6\"/>",
      "  <text class=\"name\" x=\"\(x + 10)\" y=\"\(y + 16)\">\(cut(node.name))</text>",
      "  <text class=\"identity\" x=\"\(x + 10)\" y=\"\(y + 31)\">\(cut(node.identity))</text></g>",
    ]
  }

  private func cut(_ text: String) -> String {
    escaped(text.count <= Self.letters ? text : text.prefix(Self.letters - 1) + "…")
  }

  private func escaped(_ text: String) -> String { MarkupText.escape(text) }
}
