/// How large the parts of a message may be; anything larger is refused with `MessageError.limit`.
///
/// A response to a REGISTER is seldom over 2 kB. These numbers leave room for what is legal and odd, and keep
/// a hostile peer from making us hold or scan more.
package enum MessageLimits {
  /// Start line and headers of a datagram, in bytes: all that a datagram can carry.
  package static let datagramHead = 65_535
  /// Start line and headers of a message on a stream, in bytes.
  package static let streamHead = 262_144
  /// A body on a stream, in bytes.
  package static let body = 1_048_576
  /// A start line, in bytes.
  package static let startLine = 8_192
  /// Header rows of one message.
  package static let rows = 2_048
  /// The name of a header, in bytes.
  package static let name = 256
  /// The value of one header row after unfolding, in bytes.
  package static let value = 65_535
}
