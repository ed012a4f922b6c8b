import CYAML

/// Turns events into nodes, and holds them to the limits.
struct YAMLTreeBuilder {
  private(set) var tree: YAMLTree
  /// The last line that an event has reached.
  private(set) var lastLine: Int
  private let limits: YAMLLimits
  /// Of a part of a file, the number of lines before it; every line is counted from the start of the file.
  private let linesBefore: Int
  private var open: [Frame] = []
  private var anchors: [[UInt8]: Anchor] = [:]
  private var aliasNodes = 0
  private var documents = 0

  /// A container that has not ended.
  private struct Frame {
    var node: Int
    var children: UInt32 = 0
    /// How many nodes aliases had stood for when it began.
    var aliasNodes: Int
    var anchor: [UInt8]?
    let isMapping: Bool
    /// The last key, where the frame is a mapping whose value is due or was just read.
    var key: YAMLTree.Index?

    /// Counts a child, which is nil unless it is a scalar.
    mutating func take(_ scalar: YAMLTree.Index?) {
      if isMapping, children & 1 == 0 { key = scalar }
      children += 1
    }
  }

  private struct Anchor {
    var node: UInt32
    /// The nodes that an alias of it stands for; nil while it has not ended.
    var size: Int?
  }

  init(file: String, limits: YAMLLimits, linesBefore: Int = 0) {
    tree = YAMLTree(file: file)
    self.limits = limits
    self.linesBefore = linesBefore
    lastLine = linesBefore + 1
  }

  /// Makes room for what so many bytes hold.
  mutating func reserve(_ bytes: Int) {
    tree.reserve(nodes: bytes / 8, arena: bytes)
  }

  /// True while, or just after, the value of a key that holds secrets is read.
  var isInsideSecret: Bool {
    open.contains { frame in
      frame.key.map { SecretKeys.isSecret(tree.bytes($0)) } ?? false
    }
  }

  mutating func add(_ event: inout yaml_event_t) throws(YAMLError) {
    lastLine = line(event.end_mark)
    switch event.type {
    case YAML_SCALAR_EVENT: try addScalar(&event)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      try begin(.mapping, event.start_mark, anchor: start.anchor, tag: start.tag)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      try begin(.sequence, event.start_mark, anchor: start.anchor, tag: start.tag)
    case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: end(event.end_mark)
    case YAML_ALIAS_EVENT: try addAlias(&event)
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      guard documents == 1 else {
        throw error(
          "a file holds one document; give another file for this one",
          "documents",
          event.start_mark
        )
      }
    default: break
    }
  }

  private mutating func addScalar(_ event: inout yaml_event_t) throws(YAMLError) {
    let scalar = event.data.scalar
    if let tag = scalar.tag {
      try checkTag(tag, ["str", "int", "bool", "float", "null"], event.start_mark)
    }
    let length = scalar.length
    let start = tree.arena.count
    tree.arena.append(contentsOf: UnsafeBufferPointer(start: scalar.value, count: length))
    var node = node(.scalar, event.start_mark)
    node.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
    node.offset = UInt32(start)
    node.length = UInt32(length)
    node.lastLine = UInt32(truncatingIfNeeded: line(event.end_mark))
    let index = append(node)
    if let anchor = YAMLTreeBuilder.name(scalar.anchor) {
      anchors[anchor] = Anchor(node: UInt32(index), size: 1)
    }
  }

  private mutating func begin(
    _ kind: YAMLNode.Kind,
    _ mark: yaml_mark_t,
    anchor: UnsafeMutablePointer<yaml_char_t>?,
    tag: UnsafeMutablePointer<yaml_char_t>?
  ) throws(YAMLError) {
    if let tag { try checkTag(tag, [kind == .mapping ? "map" : "seq"], mark) }
    guard open.count < limits.depth else {
      throw error("nested deeper than \(limits.depth) levels", "depth", mark)
    }
    let index = append(node(kind, mark))
    var frame = Frame(node: index, aliasNodes: aliasNodes, isMapping: kind == .mapping)
    if let name = YAMLTreeBuilder.name(anchor) {
      frame.anchor = name
      anchors[name] = Anchor(node: UInt32(index), size: nil)
    }
    open.append(frame)
  }

  private mutating func end(_ mark: yaml_mark_t) {
    let frame = open.removeLast()
    tree.nodes[frame.node].length = frame.children
    tree.nodes[frame.node].end = UInt32(tree.nodes.count)
    tree.nodes[frame.node].lastLine = UInt32(truncatingIfNeeded: line(mark))
    if let name = frame.anchor {
      let size = tree.nodes.count - frame.node + aliasNodes - frame.aliasNodes
      anchors[name] = Anchor(node: UInt32(frame.node), size: size)
    }
  }

  private mutating func addAlias(_ event: inout yaml_event_t) throws(YAMLError) {
    let name = YAMLTreeBuilder.name(event.data.alias.anchor) ?? []
    guard let anchor = anchors[name] else {
      let shown = String(decoding: name, as: UTF8.self)
      throw error("no anchor `&\(shown)` stands before this alias", "unknown-alias", event.start_mark)
    }
    guard let size = anchor.size else {
      throw error("this alias stands inside of what it stands for", "recursive-alias", event.start_mark)
    }
    aliasNodes += size
    guard aliasNodes <= limits.aliasNodes else {
      throw error("aliases stand for more than \(limits.aliasNodes) nodes", "alias-limit", event.start_mark)
    }
    var node = node(.alias, event.start_mark)
    node.offset = anchor.node
    append(node)
  }

  @inline(__always)
  private func line(_ mark: yaml_mark_t) -> Int { linesBefore + Int(mark.line) + 1 }

  private func node(_ kind: YAMLNode.Kind, _ mark: yaml_mark_t) -> YAMLNode {
    let line = UInt32(truncatingIfNeeded: line(mark))
    return YAMLNode(
      kind: kind,
      isPlain: false,
      column: UInt16(clamping: mark.column + 1),
      line: line,
      offset: 0,
      length: 0,
      end: 0,
      lastLine: line
    )
  }

  /// Adds a node whose end is behind it, until its frame ends.
  @discardableResult
  private mutating func append(_ node: consuming YAMLNode) -> Int {
    let index = tree.nodes.count
    node.end = UInt32(index + 1)
    let isScalar = node.kind == .scalar
    tree.nodes.append(node)
    if !open.isEmpty { open[open.count - 1].take(isScalar ? UInt32(index) : nil) }
    return index
  }

  /// Only the tags of the core schema that say what the node is anyway.
  private func checkTag(
    _ tag: UnsafeMutablePointer<yaml_char_t>,
    _ allowed: [String],
    _ mark: yaml_mark_t
  ) throws(YAMLError) {
    let text = String(decoding: YAMLTreeBuilder.name(tag) ?? [], as: UTF8.self)
    if text == "!" || allowed.contains(where: { text == "tag:yaml.org,2002:" + $0 }) { return }
    throw error("the tag `\(text)` has no meaning here; take it away", "unknown-tag", mark)
  }

  private static func name(_ text: UnsafeMutablePointer<yaml_char_t>?) -> [UInt8]? {
    guard let text else { return nil }
    var length = 0
    while text[length] != 0 { length += 1 }
    return Array(UnsafeBufferPointer(start: text, count: length))
  }

  private func error(_ message: String, _ rule: String, _ mark: yaml_mark_t) -> YAMLError {
    let line = line(mark)
    return YAMLError(
      message: message,
      rule: rule,
      line: line,
      column: Int(mark.column) + 1,
      suspectLines: line...line,
      isInsideSecret: isInsideSecret
    )
  }
}
