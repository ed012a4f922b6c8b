/// Where the boxes of a graph stand: a column for each layer, and a row for each account that has nobody
/// below it; the others stand in the middle of theirs. So no two boxes ever meet.
///
/// Accounts that neither wait nor are waited for stand below, side by side.
struct GraphLayout {
  struct Place: Equatable {
    var column: Int
    /// In rows; a half is between two.
    var row: Double
  }

  /// Columns of the accounts that stand alone, at least.
  static let fewestColumns = 4

  private(set) var places: [Place]
  private(set) var columns: Int
  /// Rows of the layers; the accounts that stand alone come after them.
  private(set) var treeRows: Int
  private(set) var rows: Int

  init(_ graph: AccountGraph) {
    places = graph.nodes.map { Place(column: $0.layer, row: 0) }
    treeRows = 0
    rows = 0
    let depth = (graph.nodes.filter { !$0.isAlone }.map(\.layer).max() ?? -1) + 1
    let alone = graph.nodes.indices.filter { graph.nodes[$0].isAlone }
    columns = alone.isEmpty ? depth : max(depth, min(alone.count, GraphLayout.fewestColumns))
    for root in graph.roots where !graph.nodes[root].isAlone { placeTree(root, graph) }
    rows = treeRows
    for (position, node) in alone.enumerated() {
      places[node] = Place(column: position % columns, row: Double(treeRows + position / columns))
    }
    if !alone.isEmpty { rows += (alone.count + columns - 1) / columns }
  }

  private mutating func placeTree(_ root: Int, _ graph: AccountGraph) {
    var order: [Int] = []
    var pending = [root]
    while let node = pending.popLast() {
      order.append(node)
      pending += graph.nodes[node].children.reversed()
      guard graph.nodes[node].children.isEmpty else { continue }
      places[node].row = Double(treeRows)
      treeRows += 1
    }
    for node in order.reversed() {
      guard let first = graph.nodes[node].children.first, let last = graph.nodes[node].children.last else {
        continue
      }
      places[node].row = (places[first].row + places[last].row) / 2
    }
  }
}
