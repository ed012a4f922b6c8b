import Reconcile

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `forEach`: one account of the file stands for one of each row.
extension FileDecoder {
  /// Reads a table's file; `path` is absolute.
  typealias TableReader = (_ path: String) -> Result<[UInt8], RegularFile.Failure>

  /// The entries, with those of each `forEach` in the place of the entry that has it, and their names.
  mutating func expanding(
    _ entries: [NamedEntry],
    names: inout ByteTable,
    read: TableReader
  ) -> [NamedEntry] {
    var expanded: [NamedEntry] = []
    var isExpanded = false
    for entry in entries {
      guard let clause = forEachClause(of: entry) else {
        expanded.append(entry)
        continue
      }
      isExpanded = true
      guard let rows = rows(clause, read: read) else { continue }
      expand(entry, clause, rows, into: &expanded)
    }
    guard isExpanded else { return entries }
    return unique(expanded, names: &names)
  }

  /// True if a `forEach` may be anywhere in the file: one quick look at all texts, for nearly no file has one.
  var mayHaveForEach: Bool {
    let word: StaticString = "forEach"
    // The rarest of its letters.
    let (letter, offset) = (UInt8(ascii: "E"), 3)
    return tree.arena.withUnsafeBytes { arena in
      guard let start = arena.baseAddress else { return false }
      var position = offset
      while position + word.utf8CodeUnitCount - offset <= arena.count {
        guard let found = memchr(start + position, Int32(letter), arena.count - position) else {
          return false
        }
        position = UnsafeRawPointer(found) - start
        let begin = position - offset
        if begin + word.utf8CodeUnitCount <= arena.count,
          memcmp(start + begin, word.utf8Start, word.utf8CodeUnitCount) == 0
        {
          return true
        }
        position += 1
      }
      return false
    }
  }

  private func forEachClause(of entry: NamedEntry) -> YAMLTree.Index? {
    let mapping = tree.resolve(entry.value)
    guard tree[mapping].kind == .mapping else { return nil }
    var key = mapping + 1
    while key < tree[mapping].end {
      let value = tree[key].end
      if tree[key].kind == .scalar, tree.text(key) == "\(AccountKey.forEach)" { return value }
      key = tree[value].end
    }
    return nil
  }

  private mutating func rows(_ clause: YAMLTree.Index, read: TableReader) -> ForEachRows? {
    guard let fields = fields(of: clause, ForEachKey.self, "`forEach`") else { return nil }
    switch (fields[ForEachKey.range], fields[ForEachKey.csv]) {
    case (let node?, nil): return range(node)
    case (nil, let node?): return table(node, read: read)
    case (nil, nil), (.some, .some):
      error(clause, "`forEach` needs `range`, such as 1000..1999, or `csv`, the path of a table", "for-each")
      return nil
    }
  }

  private mutating func range(_ node: YAMLTree.Index) -> ForEachRows? {
    guard let text = text(node, "range") else { return nil }
    guard let rows = ForEachRows.range(text) else {
      error(node, "`range` is two whole numbers such as 1000..1999, the lower one first", "for-each")
      return nil
    }
    return checked(rows, node)
  }

  private mutating func table(_ node: YAMLTree.Index, read: TableReader) -> ForEachRows? {
    guard let path = text(node, "csv"), let file = file(node, "csv") else { return nil }
    switch read(file) {
    case .failure(.unreadable(let reason)):
      error(node, "`\(path)` cannot be read: \(reason)", "for-each")
    case .failure(.notRegular): error(node, "`\(path)` is no regular file", "for-each")
    case .failure(.tooLarge): error(node, "`\(path)` is too large; split it", "for-each")
    case .success(let bytes):
      do throws(CSVFailure) {
        return checked(.table(try CSVTable(bytes), path: path), node)
      } catch {
        self.error(node, "\(path):\(error.line): \(error.message)", "for-each")
      }
    }
    return nil
  }

  private mutating func checked(_ rows: ForEachRows, _ node: YAMLTree.Index) -> ForEachRows? {
    guard rows.count > ForEachRows.most else { return rows }
    error(node, "`forEach` gives \(rows.count) accounts, and \(ForEachRows.most) are the most", "for-each")
    return nil
  }

  private mutating func expand(
    _ entry: NamedEntry,
    _ clause: YAMLTree.Index,
    _ rows: ForEachRows,
    into expanded: inout [NamedEntry]
  ) {
    guard let copier = copier(of: entry, clause, columns: rows.columns) else { return }
    guard rows.count < 2 || copier.changes(entry.key) else {
      let example = rows.columns.first.map { "${\($0)}" } ?? "${n}"
      error(entry.key, "each account of `forEach` has a name of its own: write \(example) in it", "for-each")
      return
    }
    expanded.reserveCapacity(expanded.count + rows.count)
    for row in 0..<rows.count {
      let key = copier.copy(entry.key, in: &tree) { rows.value(row, $0) }
      let value = copier.copy(entry.value, in: &tree) { rows.value(row, $0) }
      origins.append(rows.origin(row))
      expanded.append(NamedEntry(key: key, value: value, origin: UInt32(origins.count)))
    }
  }

  /// Nil, with complaints, where a placeholder names no column.
  private mutating func copier(
    of entry: NamedEntry,
    _ clause: YAMLTree.Index,
    columns: [String]
  ) -> TreeCopier? {
    var copier = TreeCopier(leavingOut: clause)
    var isGood = true
    for root in [entry.key, entry.value] {
      copier.prepare(root, in: tree, columns: columns) { node, failure in
        isGood = false
        switch failure {
        case .unknown(let name):
          let known = columns.map { "${\($0)}" }.joined(separator: ", ")
          error(node, "`${\(name)}` is none of \(known)\(Spelling.hint(name, among: columns))", "for-each")
        case .open: error(node, "`${` has no `}`; write `$${` for the text itself", "for-each")
        }
      }
    }
    return isGood ? copier : nil
  }

  private mutating func unique(_ entries: [NamedEntry], names: inout ByteTable) -> [NamedEntry] {
    names = ByteTable()
    names.reserve(entries.count)
    var firsts: [NamedEntry] = []
    firsts.reserveCapacity(entries.count)
    for entry in entries {
      let (number, isNew) = names.insert(tree.text(tree.resolve(entry.key)))
      if isNew {
        firsts.append(entry)
        continue
      }
      let name = tree.text(tree.resolve(entry.key))
      let first = origin(of: firsts[number]).map { " for \($0)" } ?? " at \(place(firsts[number].key))"
      origin = self.origin(of: entry)
      error(
        entry.key,
        "account `\(name)` is there already\(first)",
        "duplicate"
      )
      origin = nil
    }
    return firsts
  }

  /// The row that an entry was made of; nil for one that stands in the file itself.
  func origin(of entry: NamedEntry) -> String? {
    entry.origin == 0 ? nil : origins[Int(entry.origin) - 1]
  }
}
