/// Copies a part of a tree behind its end, with values in the places of placeholders.
///
/// The copies keep the marks of what they were made of, so that messages lead there.
struct TreeCopier {
  private let clause: YAMLTree.Index
  private var placeholders: [YAMLTree.Index: Placeholder] = [:]
  /// Aliases of parts that hold placeholders: a copy has the part itself.
  private var opened: Set<YAMLTree.Index> = []

  /// - Parameter clause: the value whose key and itself are left out.
  init(leavingOut clause: YAMLTree.Index) { self.clause = clause }

  /// Finds the placeholders of a part, and tells which are none.
  mutating func prepare(
    _ root: YAMLTree.Index,
    in tree: YAMLTree,
    columns: [String],
    report: (YAMLTree.Index, Placeholder.Failure) -> Void
  ) {
    var node = root
    while node < tree[root].end {
      if node + 1 == clause {
        node = tree[clause].end
        continue
      }
      switch tree[node].kind {
      case .mapping, .sequence: break
      case .alias:
        let before = placeholders.count + opened.count
        prepare(tree[node].offset, in: tree, columns: columns, report: report)
        if placeholders.count + opened.count > before || holdsPlaceholders(tree[node].offset, in: tree) {
          opened.insert(node)
        }
      case .scalar:
        do throws(Placeholder.Failure) {
          if let placeholder = try Placeholder(tree.bytes(node), columns: columns) {
            placeholders[node] = placeholder
          }
        } catch {
          report(node, error)
        }
      }
      node += 1
    }
  }

  private func holdsPlaceholders(_ root: YAMLTree.Index, in tree: YAMLTree) -> Bool {
    (root..<tree[root].end).contains { placeholders[$0] != nil || opened.contains($0) }
  }

  /// True if copies of a scalar differ.
  func changes(_ scalar: YAMLTree.Index) -> Bool {
    placeholders[scalar]?.parts.contains { if case .value = $0 { true } else { false } } ?? false
  }

  /// The copy's root.
  func copy(
    _ root: YAMLTree.Index,
    in tree: inout YAMLTree,
    value: (Int) -> String
  ) -> YAMLTree.Index {
    let copy = YAMLTree.Index(tree.nodes.count)
    append(root, to: &tree, value: value)
    return copy
  }

  private func append(_ index: YAMLTree.Index, to tree: inout YAMLTree, value: (Int) -> String) {
    var node = tree[index]
    let position = tree.nodes.count
    switch node.kind {
    case .alias where opened.contains(index): return append(node.offset, to: &tree, value: value)
    case .alias: tree.nodes.append(node)
    case .scalar:
      if let placeholder = placeholders[index] {
        node.offset = UInt32(tree.arena.count)
        for part in placeholder.parts {
          switch part {
          case .text(let bytes): tree.arena += bytes
          case .value(let column): tree.arena += value(column).utf8
          }
        }
        node.length = UInt32(tree.arena.count) - node.offset
      }
      tree.nodes.append(node)
    case .mapping, .sequence:
      tree.nodes.append(node)
      var child = index + 1
      while child < node.end {
        if child + 1 == clause {
          tree.nodes[position].length -= 2
          child = tree[clause].end
          continue
        }
        let next = tree[child].end
        append(child, to: &tree, value: value)
        child = next
      }
    }
    tree.nodes[position].end = UInt32(tree.nodes.count)
  }
}
