import NIOCore

/// Ends a flow on which nothing comes any more.
final class IdleEnd: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let flow: StreamFlow

  init(flow: StreamFlow) { self.flow = flow }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is IdleStateHandler.IdleStateEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    let limit = flow.settings.idleLimit.words
    flow.end(FlowFailure(.stalled, "\(flow.peer) sent nothing for \(limit)"))
  }
}
