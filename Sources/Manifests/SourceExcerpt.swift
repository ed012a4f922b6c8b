import Reconcile

/// The source lines under diagnostics, without any that may hold a secret.
enum SourceExcerpt {
  /// A complaint of the YAML parser, with its line unless a secret may be on it.
  ///
  /// There is no tree to ask, so the line is left out if a key that holds secrets, or an anchor, is named
  /// anywhere in what the parser had not finished.
  static func diagnostic(_ error: YAMLError, _ input: ManifestLoader.Input) -> Diagnostic {
    let at = SourceLocation(file: input.path, line: error.line, column: error.column)
    var diagnostic = Diagnostic(.error, at: at, error.message, rule: error.rule)
    let lines = lines(of: input.bytes, numbers: Set(error.suspectLines))
    let isSuspect = error.suspectLines.contains { number in
      lines[number].map { SecretKeys.mentions($0) || $0.contains(UInt8(ascii: "&")) } ?? false
    }
    if !error.isInsideSecret, !isSuspect, let line = lines[error.line], isPublic(line) {
      diagnostic.sourceLine = String(decoding: line, as: UTF8.self)
    }
    return diagnostic
  }

  /// The diagnostics with their source lines.
  static func filling(
    _ diagnostics: [Diagnostic],
    _ inputs: [ManifestLoader.Input],
    _ files: [ManifestFile]
  ) -> [Diagnostic] {
    guard !diagnostics.isEmpty else { return [] }
    var result = diagnostics
    for file in files {
      let path = file.decoder.tree.file
      guard let input = inputs.first(where: { $0.path == path }) else { continue }
      let own = result.indices.filter { result[$0].at?.file == path }
      guard !own.isEmpty else { continue }
      let numbers = Set(own.compactMap { result[$0].at?.line })
      let secret = secretLines(file.decoder.tree, among: numbers).union(file.decoder.hiddenLines)
      let lines = lines(of: input.bytes, numbers: numbers)
      for index in own {
        guard let number = result[index].at?.line, !secret.contains(number), let line = lines[number] else {
          continue
        }
        if isPublic(line) { result[index].sourceLine = String(decoding: line, as: UTF8.self) }
      }
    }
    return result
  }

  /// Those of the lines that literal secrets touch, those behind aliases and misspelt keys included.
  private static func secretLines(_ tree: YAMLTree, among numbers: Set<Int>) -> Set<Int> {
    var lines: Set<Int> = []
    guard let lowest = numbers.min(), let highest = numbers.max() else { return lines }
    let isNear = { (node: YAMLNode) in Int(node.line) <= highest && Int(node.lastLine) >= lowest }
    for index in tree.nodes.indices where tree.nodes[index].kind == .mapping {
      var key = UInt32(index) + 1
      while key < tree.nodes[index].end {
        let value = tree[key].end
        let name = tree.resolve(key)
        let target = tree.resolve(value)
        defer { key = tree[value].end }
        guard isNear(tree[key]) || isNear(tree[value]) || isNear(tree[target]) else { continue }
        let touched = [
          Int(tree[key].line)...Int(tree[key].line),
          Int(tree[value].line)...Int(tree[value].lastLine),
          Int(tree[target].line)...Int(tree[target].lastLine),
        ]
        if tree[name].kind == .scalar, tree[target].kind == .scalar,
          touched.contains(where: { $0.contains(where: numbers.contains) }),
          SecretKeys.isSecret(tree.bytes(name))
        {
          for range in touched { lines.formUnion(range) }
        }
      }
    }
    return lines
  }

  /// False for a URI that holds a password, and for a line with nothing to show.
  private static func isPublic(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.contains(where: { $0 > 0x20 }) else { return false }
    for part in line.split(whereSeparator: { $0 == 0x20 || $0 == UInt8(ascii: "<") }) {
      guard let at = part.lastIndex(of: UInt8(ascii: "@")) else { continue }
      if part[..<at].count(where: { $0 == UInt8(ascii: ":") }) > 1 { return false }
    }
    return true
  }

  /// The bytes of the lines asked for, counted as libyaml counts them.
  private static func lines(of bytes: [UInt8], numbers: Set<Int>) -> [Int: ArraySlice<UInt8>] {
    var lines: [Int: ArraySlice<UInt8>] = [:]
    guard let last = numbers.max() else { return lines }
    var number = 1
    var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    while number <= last, start <= bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0a, bytes[end] != 0x0d { end += 1 }
      if numbers.contains(number) { lines[number] = bytes[start..<end] }
      let isPair = end + 1 < bytes.count && bytes[end] == 0x0d && bytes[end + 1] == 0x0a
      start = end + (isPair ? 2 : 1)
      number += 1
    }
    return lines
  }
}
