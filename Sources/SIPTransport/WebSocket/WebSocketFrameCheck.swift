import NIOCore
import NIOWebSocket
import SIP

/// Refuses what RFC 6455 does, before frames are put together: a client's frame without a mask, a server's with
/// one, and bits that no extension gave a meaning.
final class WebSocketFrameCheck: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = WebSocketFrame

  private let flow: StreamFlow

  init(flow: StreamFlow) { self.flow = flow }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard (frame.maskKey != nil) == flow.isAccepted else {
      let words = flow.isAccepted ? "a frame without a mask" : "a masked frame, which only clients may"
      return flow.end(FlowFailure(.framing, "\(flow.peer) sent \(words) (RFC 6455, 5.1)"))
    }
    guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
      return flow.end(
        FlowFailure(.framing, "\(flow.peer) sent a frame of a WebSocket extension that is not used")
      )
    }
    flow.frames.receive(frame)
    context.fireChannelRead(data)
  }
}
