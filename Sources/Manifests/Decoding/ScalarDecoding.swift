/// Scalars: everything is text, unless a bool, a number or a duration is asked for (YAML 1.2, core schema).
extension FileDecoder {
  /// The most bytes of a text that may reach the wire: what one line of a request may have, so that a REGISTER
  /// with a few of them still fits into a datagram.
  static let longestText = 8192

  /// A text that may reach the wire or a terminal: not empty, no control character.
  mutating func text(_ index: YAMLTree.Index, _ what: String, isShared: Bool = false) -> String? {
    guard let scalar = scalar(index, what) else { return nil }
    let range = tree.range(scalar)
    return tree.arena.withUnsafeBufferPointer { arena in
      let bytes = UnsafeBufferPointer(rebasing: arena[range])
      return isShared ? strings.text(bytes) : String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The node of a text that passed the checks.
  mutating func scalar(_ index: YAMLTree.Index, _ what: String) -> YAMLTree.Index? {
    let scalar = tree.resolve(index)
    let node = tree[scalar]
    guard node.kind == .scalar else {
      error(index, "`\(what)` must be a text", "type")
      return nil
    }
    guard node.length > 0 else {
      error(index, "`\(what)` is empty", "empty")
      return nil
    }
    guard node.length <= FileDecoder.longestText else {
      let message = "`\(what)` has \(node.length) bytes, and \(FileDecoder.longestText) at most are allowed"
      error(index, message, "length")
      return nil
    }
    let range = tree.range(scalar)
    let control = tree.arena.withUnsafeBufferPointer {
      ControlCharacter.first(in: UnsafeBufferPointer(rebasing: $0[range]), allowsLines: false)
    }
    if let control {
      error(index, "`\(what)` holds \(control), which may not be sent; take it out", "control-character")
      return nil
    }
    return scalar
  }

  /// The name of an account: it is shown and kept, and never sent.
  mutating func checkName(_ index: YAMLTree.Index) {
    let scalar = tree.resolve(index)
    guard tree[scalar].kind == .scalar else { return }
    guard tree[scalar].length > 0 else {
      error(index, "an account's name is empty", "empty")
      return
    }
    let range = tree.range(scalar)
    let control = tree.arena.withUnsafeBufferPointer {
      ControlCharacter.first(in: UnsafeBufferPointer(rebasing: $0[range]), allowsLines: false)
    }
    guard let control else { return }
    let message =
      "an account's name holds \(control); names may hold anything but control characters; take it out"
    error(index, message, "control-character")
  }

  /// A text for people only: lines and tabs are welcome, other control characters are not.
  mutating func prose(_ index: YAMLTree.Index, _ what: String) -> String? {
    let scalar = tree.resolve(index)
    guard tree[scalar].kind == .scalar else {
      error(index, "`\(what)` must be a text", "type")
      return nil
    }
    let range = tree.range(scalar)
    let control = tree.arena.withUnsafeBufferPointer {
      ControlCharacter.first(in: UnsafeBufferPointer(rebasing: $0[range]), allowsLines: true)
    }
    if let control {
      error(index, "`\(what)` holds \(control); take it out", "control-character")
      return nil
    }
    return tree.text(scalar)
  }

  mutating func bool(_ index: YAMLTree.Index, _ what: String) -> Bool? {
    let scalar = tree.resolve(index)
    if tree[scalar].kind == .scalar, tree[scalar].isPlain {
      switch tree.text(scalar) {
      case "true", "True", "TRUE": return true
      case "false", "False", "FALSE": return false
      default: break
      }
    }
    error(index, "`\(what)` is `true` or `false`, without quotes", "type")
    return nil
  }

  mutating func integer(_ index: YAMLTree.Index, _ what: String, _ range: ClosedRange<Int>) -> Int? {
    let scalar = tree.resolve(index)
    if tree[scalar].kind == .scalar, let value = Quantity.integer(tree.bytes(scalar)), range.contains(value) {
      return value
    }
    error(index, "`\(what)` must be a whole number from \(range.lowerBound) to \(range.upperBound)", "range")
    return nil
  }

  /// Seconds, or a duration such as `90s`, `10m`, `1h30m`.
  mutating func seconds(
    _ index: YAMLTree.Index,
    _ what: String,
    from lowest: UInt32 = 0
  ) -> UInt32? {
    let scalar = tree.resolve(index)
    if tree[scalar].kind == .scalar, let value = Quantity.seconds(tree.bytes(scalar)), value >= lowest {
      return value
    }
    let message =
      "`\(what)` must be seconds from \(lowest) to 4294967295, or a duration such as 90s, 10m, 1h30m"
    error(index, message, "range")
    return nil
  }

  /// One word of a closed set.
  mutating func word<Word: RawRepresentable<String> & CaseIterable>(
    _ index: YAMLTree.Index,
    _ what: String,
    _: Word.Type
  ) -> Word? {
    guard let text = text(index, what) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map(\.rawValue)
    let hint = Spelling.hint(text, among: known)
    error(index, "`\(what)` is one of \(known.joined(separator: ", "))\(hint)", "value")
    return nil
  }
}
