import NIOCore
import NIOWebSocket
import SIP

/// Opens the WebSocket of a flow, then makes room for the frames.
final class WebSocketOpening: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Role {
    case client(WebSocketClientHandshake)
    case server
  }

  private let flow: StreamFlow
  private let role: Role
  private var received: [UInt8] = []
  private var isDone = false

  init(flow: StreamFlow, role: Role) {
    self.flow = flow
    self.role = role
  }

  func channelActive(context: ChannelHandlerContext) {
    guard case .client(let handshake) = role else { return }
    write(handshake.request, context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDone else { return }
    let looked = received.count
    received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
    do {
      guard let (head, length) = try WebSocketHead.read(received, looked: looked) else { return }
      isDone = true
      let rest = Array(received[length...])
      received = []
      switch role {
      case .client(let handshake): try take(handshake.fault(head), rest, context)
      case .server: try answer(head, rest, context)
      }
    } catch {
      isDone = true
      flow.end(
        FlowFailure(.webSocket, "\(flow.peer) sent no HTTP that can be read during the WebSocket handshake")
      )
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    flow.note(FlowFailure(error, of: flow))
  }

  func channelInactive(context: ChannelHandlerContext) { flow.ended(.closedByPeer(of: flow)) }

  private func take(_ fault: FlowFailure?, _ rest: [UInt8], _ context: ChannelHandlerContext) throws {
    if let fault { return flow.end(fault) }
    try open(rest, context)
  }

  private func answer(_ head: WebSocketHead, _ rest: [UInt8], _ context: ChannelHandlerContext) throws {
    let (text, isOpen) = WebSocketServerHandshake.answer(head)
    write(text, context)
    guard isOpen else {
      return flow.end(
        FlowFailure(.webSocket, "\(flow.peer) asked for something else than SIP over WebSocket")
      )
    }
    try open(rest, context)
  }

  private func open(_ rest: [UInt8], _ context: ChannelHandlerContext) throws {
    let limit = flow.settings.limits.head + flow.settings.limits.body
    let aggregator = NIOWebSocketFrameAggregator(
      minNonFinalFragmentSize: 0,
      maxAccumulatedFrameCount: 1_024,
      maxAccumulatedFrameSize: limit
    )
    try context.pipeline.syncOperations.addHandlers(
      [
        WebSocketFrameEncoder(),
        ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limit)),
        WebSocketFrameCheck(flow: flow),
        aggregator,
        WebSocketMessages(flow: flow),
      ],
      position: .after(self)
    )
    flow.becomeOpen()
    if !rest.isEmpty {
      context.fireChannelRead(NIOAny(context.channel.allocator.buffer(bytes: rest)))
      context.fireChannelReadComplete()
    }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func write(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
  }
}
