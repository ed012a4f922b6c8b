import NIOCore

/// Counts what comes before it is cut into frames, so that a frame that never ends is noticed.
final class WebSocketMeter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let flow: StreamFlow

  init(flow: StreamFlow) { self.flow = flow }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    flow.frames.receive(bytes: unwrapInboundIn(data).readableBytes)
    context.fireChannelRead(data)
  }
}
