/// One SIP message on its way into a frame.
struct WebSocketMessage: Sendable {
  var bytes: [UInt8]
}
