/// Where alerts go.
public struct AlertTargets: Sendable, Hashable {
  /// An http or https URL that each alert is posted to as JSON.
  public var url: String?
  /// A program that is run for each alert, with the JSON on its standard input.
  public var command: String?

  public init(url: String? = nil, command: String? = nil) {
    self.url = url
    self.command = command
  }

  var isEmpty: Bool { url == nil && command == nil }
}
