/// A repository could not be fetched or unpacked.
public struct GitError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}
