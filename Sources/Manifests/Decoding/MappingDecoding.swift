/// Mappings: known keys, names that the user chose, merges, duplicates.
extension FileDecoder {
  /// The known keys of a mapping; nil if it is none.
  ///
  /// Keys that start with `x-` are skipped. `<<` merges mappings: what is written wins over what is merged,
  /// and of several merged mappings the first.
  mutating func fields<Key: ManifestKey>(of index: YAMLTree.Index, _: Key.Type, _ what: String) -> Fields? {
    let mapping = tree.resolve(index)
    guard tree[mapping].kind == .mapping else {
      error(index, "\(what) must be a mapping with keys such as `\(Key.set.names[0])`", "type")
      return nil
    }
    var fields = Fields(mapping: mapping)
    var merges: [YAMLTree.Index] = []
    collect(mapping, Key.set, what, into: &fields, merges: &merges, isMerged: false)
    while let merge = merges.popLast() {
      let target = tree.resolve(merge)
      switch tree[target].kind {
      case .mapping: collect(target, Key.set, what, into: &fields, merges: &merges, isMerged: true)
      case .sequence: merges += elements(of: target).reversed()
      case .scalar, .alias: error(merge, "`<<` merges a mapping or a list of mappings", "merge")
      }
    }
    return fields
  }

  private mutating func collect(
    _ mapping: YAMLTree.Index,
    _ set: KeySet,
    _ what: String,
    into fields: inout Fields,
    merges: inout [YAMLTree.Index],
    isMerged: Bool
  ) {
    var key = mapping + 1
    let end = tree[mapping].end
    var others: [YAMLTree.Index] = []
    var own = KeyBits()
    while key < end {
      let value = tree[key].end
      defer { key = tree[value].end }
      let name = tree.resolve(key)
      guard tree[name].kind == .scalar else {
        error(key, "a key must be a plain text", "key")
        continue
      }
      let number = tree.arena.withUnsafeBufferPointer {
        set.find(UnsafeBufferPointer(rebasing: $0[tree.range(name)]))
      }
      if let number {
        if own.contains(number) {
          duplicate(key, of: number, set, in: mapping)
        } else {
          own.insert(number)
          if !isMerged || fields.value(number) == nil { fields.set(number, value) }
        }
      } else {
        others.append(key)
        other(name, value, set, what, merges: &merges)
      }
    }
    if others.count > 1 { refuseDuplicates(others) }
  }

  /// A key that is not in the set: a merge, an extension, or a mistake.
  private mutating func other(
    _ key: YAMLTree.Index,
    _ value: YAMLTree.Index,
    _ set: KeySet,
    _ what: String,
    merges: inout [YAMLTree.Index]
  ) {
    let text = tree.text(key)
    if text == "<<", tree[key].isPlain {
      merges.append(value)
    } else if text.hasPrefix("x-") {
      refuseDuplicates(below: value)
    } else {
      let hint = Spelling.hint(text, among: set.names)
      let known = hint.isEmpty ? "; known are " + set.names.joined(separator: ", ") : hint
      error(key, "unknown key `\(text)` in \(what)\(known)", "unknown-key")
    }
  }

  /// The entries of a mapping whose keys are names; nil if it is no mapping. An empty value has no entries.
  mutating func entries(of index: YAMLTree.Index, _ what: String) -> [NamedEntry]? {
    var names = ByteTable()
    return entries(of: index, what, names: &names)
  }

  /// The entries, and their names in `names`, which must be empty: an entry has its name's number.
  mutating func entries(
    of index: YAMLTree.Index,
    _ what: String,
    names: inout ByteTable
  ) -> [NamedEntry]? {
    let mapping = tree.resolve(index)
    if tree[mapping].kind == .scalar, tree[mapping].length == 0, tree[mapping].isPlain { return [] }
    guard tree[mapping].kind == .mapping else {
      error(index, "\(what) must be a mapping of names", "type")
      return nil
    }
    var entries: [NamedEntry] = []
    entries.reserveCapacity(Int(tree[mapping].length / 2))
    names.reserve(Int(tree[mapping].length / 2))
    var merges: [YAMLTree.Index] = []
    collectNames(mapping, into: &entries, names: &names, merges: &merges, isMerged: false)
    while let merge = merges.popLast() {
      let target = tree.resolve(merge)
      switch tree[target].kind {
      case .mapping: collectNames(target, into: &entries, names: &names, merges: &merges, isMerged: true)
      case .sequence: merges += elements(of: target).reversed()
      case .scalar, .alias: error(merge, "`<<` merges a mapping or a list of mappings", "merge")
      }
    }
    return entries
  }

  private mutating func collectNames(
    _ mapping: YAMLTree.Index,
    into entries: inout [NamedEntry],
    names: inout ByteTable,
    merges: inout [YAMLTree.Index],
    isMerged: Bool
  ) {
    var key = mapping + 1
    let end = tree[mapping].end
    while key < end {
      let value = tree[key].end
      defer { key = tree[value].end }
      let name = tree.resolve(key)
      guard tree[name].kind == .scalar else {
        error(key, "a name must be a plain text", "key")
        continue
      }
      if tree[name].isPlain, tree[name].length == 2, tree.text(name) == "<<" {
        merges.append(value)
        continue
      }
      let (number, isNew) = tree.arena.withUnsafeBufferPointer {
        names.insert(UnsafeBufferPointer(rebasing: $0[tree.range(name)]))
      }
      if isNew {
        entries.append(NamedEntry(key: key, value: value))
      } else if !isMerged {
        duplicate(key, first: entries[number].key)
      }
    }
  }

  func elements(of sequence: YAMLTree.Index) -> [YAMLTree.Index] {
    var elements: [YAMLTree.Index] = []
    var element = sequence + 1
    while element < tree[sequence].end {
      elements.append(element)
      element = tree[element].end
    }
    return elements
  }

  /// The elements of a list, or the one value that stands for a list of one.
  func list(_ index: YAMLTree.Index) -> [YAMLTree.Index] {
    let target = tree.resolve(index)
    return tree[target].kind == .sequence ? elements(of: target) : [index]
  }

  /// The first of two equal keys is looked for again, so that a mapping without any costs nothing more.
  private mutating func duplicate(
    _ key: YAMLTree.Index,
    of number: Int,
    _ set: KeySet,
    in mapping: YAMLTree.Index
  ) {
    var first = mapping + 1
    while first < key, tree.text(tree.resolve(first)) != set.names[number] {
      first = tree[tree[first].end].end
    }
    duplicate(key, first: first)
  }

  private mutating func duplicate(_ key: YAMLTree.Index, first: YAMLTree.Index) {
    let name = tree.text(tree.resolve(key))
    error(key, "`\(name)` is written twice; the first is at \(place(first))", "duplicate-key")
  }

  /// Duplicates in the mappings of a part that nothing decodes.
  private mutating func refuseDuplicates(below index: YAMLTree.Index) {
    var node = index
    while node < tree[index].end {
      if tree[node].kind == .mapping {
        var keys: [YAMLTree.Index] = []
        var key = node + 1
        while key < tree[node].end {
          keys.append(key)
          key = tree[tree[key].end].end
        }
        refuseDuplicates(keys)
      }
      node += 1
    }
  }

  private mutating func refuseDuplicates(_ keys: [YAMLTree.Index]) {
    var seen: [ArraySlice<UInt8>: YAMLTree.Index] = [:]
    for key in keys {
      let name = tree.resolve(key)
      guard tree[name].kind == .scalar else { continue }
      if let first = seen[tree.bytes(name)] {
        duplicate(key, first: first)
      } else {
        seen[tree.bytes(name)] = key
      }
    }
  }
}
