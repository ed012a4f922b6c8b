#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a large file may be cut, so that several threads read its accounts.
///
/// Only a file in the usual form is cut: `accounts:` as its last key, on a line of its own, with one account after
/// the other below it, all indented alike, and no aliases. A cut stands before the line of an account's name.
/// That it is one, and not a line of a text, is certain only once the parts were read: see `YAMLChunks.join`.
struct YAMLChunks {
  /// How far account names are indented.
  let indent: Int
  /// At least two, together the whole file.
  let ranges: [Range<Int>]
  /// Lines before each of them.
  private(set) var lines: [Int] = []

  /// Nil for a file that is read in one go.
  init?(_ content: UnsafeBufferPointer<UInt8>, count: Int) {
    guard count > 1, let start = content.baseAddress,
      memchr(start, CInt(UInt8(ascii: "*")), content.count) == nil,
      let accounts = YAMLChunks.accounts(content)
    else { return nil }
    let indent = accounts.indent
    var cuts: [Int] = [0]
    for number in 1..<count {
      let goal = accounts.start + (content.count - accounts.start) * number / count
      guard let cut = YAMLChunks.cut(content, indent, from: max(goal, accounts.start + 1)),
        cut > cuts[cuts.count - 1]
      else { continue }
      cuts.append(cut)
    }
    guard cuts.count > 1 else { return nil }
    cuts.append(content.count)
    self.indent = indent
    ranges = zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    var count = 0
    var position = 0
    // The file is walked once, line by line: for the numbers of lines, and for a key that would end the accounts.
    var next = 1
    lines = [0]
    while let end = YAMLChunks.lineEnd(content, position) {
      count += 1
      position = end + 1
      if next < cuts.count - 1, cuts[next] == position {
        lines.append(count)
        next += 1
      }
      guard position > accounts.start, position < content.count else { continue }
      switch content[position] {
      case UInt8(ascii: " "), UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
      default: return nil
      }
    }
    guard lines.count == ranges.count else { return nil }
  }

  /// The first line below `accounts:`, and its indentation.
  private static func accounts(_ content: UnsafeBufferPointer<UInt8>) -> (start: Int, indent: Int)? {
    let key = Array("accounts:".utf8)
    var position = 0
    var isBelow = false
    while position < content.count {
      let end = lineEnd(content, position) ?? content.count
      let line = content[position..<end]
      let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
      let isContent =
        line.dropFirst(indent).first.map { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\r") } ?? false
      if isBelow, isContent { return indent > 0 ? (position, indent) : nil }
      if !isBelow, line.starts(with: key) {
        let rest = line.dropFirst(key.count).drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
        guard rest.isEmpty || (rest.first == UInt8(ascii: "#") && rest.startIndex > position + key.count)
        else {
          return nil
        }
        isBelow = true
      }
      position = end + 1
    }
    return nil
  }

  /// The start of the next line, from a place on, that begins with a plain word at just this indentation.
  private static func cut(_ content: UnsafeBufferPointer<UInt8>, _ indent: Int, from place: Int) -> Int? {
    var position = place
    while let end = lineEnd(content, position) {
      position = end + 1
      let line = content[position..<(min(position + indent + 1, content.count))]
      guard line.count == indent + 1, line.dropLast().allSatisfy({ $0 == UInt8(ascii: " ") }) else {
        continue
      }
      switch line[position + indent] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        return position
      default: continue
      }
    }
    return nil
  }

  private static func lineEnd(_ content: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    guard position < content.count, let start = content.baseAddress else { return nil }
    let found = memchr(start + position, 0x0a, content.count - position)
    return found.map { UnsafeRawPointer($0) - UnsafeRawPointer(start) }
  }

  /// The whole file's tree from those of its parts, whose lines are counted from the start of the file; nil where a
  /// cut turns out not to stand between two accounts.
  ///
  /// The first part grows in its place, if nobody else holds it.
  func join(_ trees: consuming [YAMLTree]) -> YAMLTree? {
    var parts = consume trees
    guard !parts.isEmpty, let accounts = YAMLChunks.lastValue(of: parts[0]) else { return nil }
    guard parts.dropLast().allSatisfy(\.endsInText), isAccounts(parts[0], accounts) else { return nil }
    var whole = parts.removeFirst()
    for part in parts {
      guard isAccounts(part, 0) else { return nil }
      whole.nodes[Int(accounts)].length += part.nodes[0].length
      whole.append(part)
    }
    let (end, lastLine) = (UInt32(whole.nodes.count), parts.last?.nodes[0].lastLine ?? 0)
    for index in [0, Int(accounts)] {
      whole.nodes[index].end = end
      whole.nodes[index].lastLine = lastLine
    }
    return whole
  }

  /// True for a mapping whose keys are indented as the accounts are.
  private func isAccounts(_ tree: YAMLTree, _ index: YAMLTree.Index) -> Bool {
    let column = UInt16(clamping: indent + 1)
    guard tree.nodes.count > Int(index) + 1, tree[index].kind == .mapping else { return false }
    return tree[index].column == column && tree[index + 1].column == column && tree[index + 1].kind == .scalar
  }

  /// The value of the last key of a mapping that is the whole document, where that key is `accounts`.
  private static func lastValue(of tree: YAMLTree) -> YAMLTree.Index? {
    guard let root = tree.root, tree[root].kind == .mapping else { return nil }
    var key: YAMLTree.Index = root + 1
    while key < tree.nodes.count {
      let value = tree[key].end
      guard value < tree.nodes.count else { return nil }
      if tree[value].end == tree[root].end {
        return tree[key].kind == .scalar && tree.bytes(key).elementsEqual("accounts".utf8) ? value : nil
      }
      key = tree[value].end
    }
    return nil
  }
}

extension YAMLTree {
  /// False where the last value is left out, whose place then depends on what follows.
  fileprivate var endsInText: Bool {
    nodes.last.map { $0.kind == .scalar && ($0.length > 0 || !$0.isPlain) } ?? false
  }

  /// Appends what stands below the root of another part of the same file.
  fileprivate mutating func append(_ part: YAMLTree) {
    let start = nodes.count
    let (nodesBefore, arenaBefore) = (UInt32(start) - 1, UInt32(arena.count))
    arena += part.arena
    nodes += part.nodes[1...]
    nodes.withUnsafeMutableBufferPointer { nodes in
      for index in start..<nodes.count {
        nodes[index].end += nodesBefore
        if nodes[index].kind == .scalar { nodes[index].offset += arenaBefore }
      }
    }
  }
}
