/// The stable name of an account: its key in the manifest.
public struct AccountID: Hashable, Sendable, Comparable, Codable {
  public let name: String

  public init(_ name: String) { self.name = name }

  public init(from decoder: any Decoder) throws {
    name = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }

  public static func < (lhs: AccountID, rhs: AccountID) -> Bool { lhs.name < rhs.name }
}

extension AccountID: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) { name = value }
  public var description: String { name }
}
