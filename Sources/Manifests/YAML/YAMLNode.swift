/// One node of a YAML document in 24 bytes: a scalar, a container or an alias, and where it is written.
///
/// A node's children follow it directly; `end` jumps over them.
struct YAMLNode: Equatable {
  enum Kind: UInt8 {
    case scalar, sequence, mapping, alias
  }

  var kind: Kind
  /// For a scalar: written without quotes and without a tag, so that it may be a bool or a number.
  var isPlain: Bool
  /// The column in code points, from 1; at most 65,535.
  var column: UInt16
  /// The line, from 1.
  var line: UInt32
  /// For a scalar the start of its bytes in the arena; for an alias the node it stands for.
  var offset: UInt32
  /// For a scalar the number of its bytes; for a container the number of its children (keys and values).
  var length: UInt32
  /// The index of the first node after this one and all below it.
  var end: UInt32
  /// The last line that the node touches.
  var lastLine: UInt32
}
