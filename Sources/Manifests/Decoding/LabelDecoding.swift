/// Labels: names and texts for people and for selections.
extension FileDecoder {
  /// Many accounts have the same labels, written alike: each set is read, and kept, once.
  mutating func labels(_ index: YAMLTree.Index) -> [String: String] {
    let mapping = tree.resolve(index)
    guard let size = spellingSize(mapping) else { return distinctLabels(index) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { buffer in
      let spelling = write(mapping, to: buffer)
      if let known = labelSets.find(spelling) { return known }
      let complaints = diagnostics.count
      let labels = distinctLabels(index)
      if diagnostics.count == complaints { labelSets.insert(spelling, labels) }
      return labels
    }
  }

  private mutating func distinctLabels(_ index: YAMLTree.Index) -> [String: String] {
    var labels: [String: String] = [:]
    for entry in entries(of: index, "`labels`") ?? [] {
      guard let name = text(entry.key, "labels") else { continue }
      let scalar = tree.resolve(entry.value)
      let isEmpty = tree[scalar].kind == .scalar && tree[scalar].length == 0
      if let value = isEmpty ? "" : text(entry.value, name) { labels[name] = value }
    }
    return labels
  }

  /// How many bytes `write` needs; nil for what is no small mapping of texts.
  private func spellingSize(_ mapping: YAMLTree.Index) -> Int? {
    guard tree[mapping].kind == .mapping, tree[mapping].length <= 16 else { return nil }
    var size = 0
    for index in mapping + 1..<tree[mapping].end {
      let node = tree[index]
      guard node.kind == .scalar, node.length < 64 else { return nil }
      size += Int(node.length) + 1
    }
    return size
  }

  /// What tells one mapping of texts from another: of each text its length, whether it is quoted, and its bytes.
  private func write(
    _ mapping: YAMLTree.Index,
    to buffer: UnsafeMutableBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    var count = 0
    tree.arena.withUnsafeBufferPointer { arena in
      for index in mapping + 1..<tree[mapping].end {
        buffer.initializeElement(
          at: count,
          to: UInt8(tree[index].length) << 1 | (tree[index].isPlain ? 1 : 0)
        )
        count += 1
        for byte in arena[tree.range(index)] {
          buffer.initializeElement(at: count, to: byte)
          count += 1
        }
      }
    }
    return UnsafeBufferPointer(rebasing: buffer[..<count])
  }
}
