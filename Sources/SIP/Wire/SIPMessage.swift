/// A message that owns its bytes: for tests, logs, and what must outlive a receive buffer.
package struct SIPMessage: Sendable {
  package let bytes: [UInt8]
  package let index: MessageIndex

  /// Indexes a datagram.
  package init(_ bytes: [UInt8]) throws(MessageError) {
    var index = MessageIndex()
    let fault: MessageError? = bytes.withUnsafeBytes { raw in
      do throws(MessageError) {
        try index.parse(raw)
        return nil
      } catch {
        return error
      }
    }
    if let fault { throw fault }
    self.bytes = bytes
    self.index = index
  }

  /// Indexes a text, with its line ends as they are.
  package init(_ text: String) throws(MessageError) { try self.init(Array(text.utf8)) }

  /// Reads the message; the view must not leave the closure.
  @discardableResult
  package func withView<Result>(_ body: (MessageView) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(MessageView(bytes: $0, index: index)) }
  }
}
