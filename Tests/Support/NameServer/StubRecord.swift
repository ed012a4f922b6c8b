/// A resource record that a stub name server gives out.
public struct StubRecord: Sendable {
  public enum Value: Sendable {
    case a(String)
    case aaaa(String)
    case cname(String)
    case srv(priority: UInt16, weight: UInt16, port: UInt16, target: String)
    case naptr(order: UInt16, preference: UInt16, flags: String, service: String, replacement: String)
    /// Any type, and bytes as they are.
    case raw(type: UInt16, [UInt8])
  }

  /// Nil is the name that was asked for.
  public var owner: String?
  public var lifetime: UInt32
  public var value: Value

  public init(_ value: Value, owner: String? = nil, lifetime: UInt32 = 60) {
    self.owner = owner
    self.lifetime = lifetime
    self.value = value
  }

  public static func srv(_ port: UInt16, _ target: String, priority: UInt16 = 0, weight: UInt16 = 0)
    -> StubRecord
  {
    StubRecord(.srv(priority: priority, weight: weight, port: port, target: target))
  }

  public static func a(_ address: String, owner: String? = nil) -> StubRecord {
    StubRecord(.a(address), owner: owner)
  }
}
