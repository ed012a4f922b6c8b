/// A branch or tag of a git repository, from which a watch takes its files.
public struct GitSource: Sendable, Hashable {
  /// As `git fetch` takes it: a URL without a password, or a path.
  public var repository: String
  /// A branch, a tag, or a commit that the server gives out by its name.
  public var ref: String
  /// How often it is looked at.
  public var interval: Duration

  public init(repository: String, ref: String = "HEAD", interval: Duration = .seconds(60)) {
    self.repository = repository
    self.ref = ref
    self.interval = interval
  }

  /// What a person would call it.
  public var name: String { "\(repository) \(ref)" }
}
