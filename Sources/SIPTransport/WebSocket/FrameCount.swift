import NIOWebSocket

/// Knows whether part of a WebSocket message has come and the rest has not: by the bytes that came and those
/// of the frames that were made of them.
struct FrameCount: Hashable, Sendable {
  private var unframed = 0
  private var isFragmented = false

  var isInMessage: Bool { unframed > 0 || isFragmented }

  mutating func receive(bytes: Int) { unframed += bytes }

  mutating func receive(_ frame: WebSocketFrame) {
    unframed = max(0, unframed - frame.wireLength)
    switch frame.opcode {
    case .text, .binary, .continuation: isFragmented = !frame.fin
    // Control frames may come between fragments.
    default: break
    }
  }
}

extension WebSocketFrame {
  /// The bytes of the whole frame with the shortest length that says its own, which it must have
  /// (RFC 6455, 5.2). A peer that makes it longer seems to owe bytes, and is closed when it pauses.
  fileprivate var wireLength: Int {
    let extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
    return 2 + extended + (maskKey == nil ? 0 : 4) + length
  }
}
