import NIOCore

/// Tells the flow of its connection before any other layer, which may keep that to itself.
final class ConnectionWatch: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let flow: StreamFlow

  init(flow: StreamFlow) { self.flow = flow }

  func channelActive(context: ChannelHandlerContext) {
    flow.connected(context.channel)
    context.fireChannelActive()
  }
}
