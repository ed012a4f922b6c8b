/// How much of YAML one file may use.
public struct YAMLLimits: Sendable, Hashable {
  /// Bytes of a file.
  public var fileSize: Int
  /// Containers inside one another.
  public var depth: Int
  /// Nodes that all aliases of a file stand for together, aliases inside them counted with what they stand for.
  public var aliasNodes: Int

  public init(fileSize: Int = 256 << 20, depth: Int = 64, aliasNodes: Int = 1_000_000) {
    self.fileSize = fileSize
    self.depth = depth
    self.aliasNodes = aliasNodes
  }
}
