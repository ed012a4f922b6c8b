import NIOCore
import SIP

/// Hands a stream's bytes to its flow, as the last handler of a channel.
final class StreamInbound: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let flow: StreamFlow

  init(flow: StreamFlow) { self.flow = flow }

  func channelActive(context: ChannelHandlerContext) { flow.becomeOpen() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    unwrapInboundIn(data).withUnsafeReadableBytes { flow.receive($0) }
  }

  func channelReadComplete(context: ChannelHandlerContext) { flow.receiveAll() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    flow.note(FlowFailure(error, of: flow))
  }

  func channelInactive(context: ChannelHandlerContext) { flow.ended(.closedByPeer(of: flow)) }
}

extension FlowFailure {
  static func closedByPeer(of flow: StreamFlow) -> FlowFailure {
    switch flow.stage {
    case .securing:
      FlowFailure(.tls, "\(flow.peer) closed the connection during the TLS handshake; is it a TLS port?")
    case .upgrading:
      FlowFailure(.webSocket, "\(flow.peer) closed the connection during the WebSocket handshake")
    case .connecting, .open, .ended:
      FlowFailure(.closed, "\(flow.peer) closed the connection")
    }
  }
}
