/// How large the parts of a message on one stream may be, in bytes; a larger one closes the stream.
package struct StreamLimits: Hashable, Sendable {
  /// Start line and headers.
  package var head = MessageLimits.streamHead
  package var body = MessageLimits.body
  package var startLine = MessageLimits.startLine
  /// Lines after the start line.
  package var rows = MessageLimits.rows
  /// The name of a header.
  package var name = MessageLimits.name
  /// One line of a header's value.
  package var value = MessageLimits.value

  package init() {}
}
