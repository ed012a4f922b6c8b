/// A password, an HA1 or a token: bytes that have no printable form.
///
/// Its description, debug description and mirror all say `(secret)`, and it does not encode. The bytes are
/// reachable only through `withBytes`, which a reader of the code can search for.
public struct Secret: Sendable, Hashable {
  private let bytes: [UInt8]

  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  public init(_ text: String) { self.bytes = Array(text.utf8) }

  public var isEmpty: Bool { bytes.isEmpty }

  package func withBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result { try body(bytes) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "(secret)" }
  public var debugDescription: String { "(secret)" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
