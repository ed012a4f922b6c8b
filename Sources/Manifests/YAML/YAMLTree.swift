import Reconcile

/// A YAML document as one array of nodes and one arena of scalar bytes.
struct YAMLTree: Sendable {
  /// An index into the nodes.
  typealias Index = UInt32

  /// The path as messages show it.
  let file: String
  var nodes: [YAMLNode] = []
  /// The bytes of every scalar, one after the other, decoded: not as they are quoted.
  var arena: [UInt8] = []

  init(file: String) { self.file = file }

  /// Makes room before much is added.
  mutating func reserve(nodes count: Int, arena size: Int) {
    nodes.reserveCapacity(count)
    arena.reserveCapacity(size)
    HugePages.advise(&nodes)
    HugePages.advise(&arena)
  }

  /// The root node; nil for an empty document.
  var root: Index? { nodes.isEmpty ? nil : 0 }

  subscript(index: Index) -> YAMLNode {
    @inline(__always) get { nodes[Int(index)] }
  }

  /// The node that an alias stands for, or the node itself.
  @inline(__always)
  func resolve(_ index: Index) -> Index {
    let node = self[index]
    return node.kind == .alias ? node.offset : index
  }

  func location(_ index: Index) -> SourceLocation {
    let node = self[index]
    return SourceLocation(file: file, line: Int(node.line), column: Int(node.column))
  }

  /// The range of a scalar's bytes in the arena.
  @inline(__always)
  func range(_ index: Index) -> Range<Int> {
    let node = self[index]
    return Int(node.offset)..<Int(node.offset + node.length)
  }

  func bytes(_ index: Index) -> ArraySlice<UInt8> { arena[range(index)] }

  /// The text of a scalar; NUL bytes included.
  @inline(__always)
  func text(_ index: Index) -> String {
    let range = range(index)
    return arena.withUnsafeBufferPointer { String(decoding: $0[range], as: UTF8.self) }
  }
}
