import NIOCore
import NIOWebSocket
import SIP

/// One SIP message on its way into a frame.
struct WebSocketMessage: Sendable {
  var bytes: [UInt8]
}

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
    if !frame.fin { flow.setMessageTimer(isInMessage: true) }
    context.fireChannelRead(data)
  }
}

/// Messages in WebSocket frames: one in each, text or binary (RFC 7118, 5).
final class WebSocketMessages: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = WebSocketMessage
  typealias OutboundOut = WebSocketFrame

  private let flow: StreamFlow

  init(flow: StreamFlow) { self.flow = flow }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary:
      flow.setMessageTimer(isInMessage: false)
      frame.unmaskedData.withUnsafeReadableBytes { flow.receiveFrame($0) }
    case .ping:
      // A peer that asks and does not read gets no more answers for now.
      guard context.channel.isWritable else { return }
      write(frame.unmaskedData, .pong, context)
    case .pong:
      flow.receivePong()
    case .connectionClose:
      close(frame.unmaskedData, context)
    default:
      flow.end(FlowFailure(.framing, "\(flow.peer) sent a WebSocket frame of an unknown kind"))
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { flow.receiveAll() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    flow.end(FlowFailure(error, of: flow))
  }

  func channelInactive(context: ChannelHandlerContext) { flow.ended(.closedByPeer(of: flow)) }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let message = unwrapOutboundIn(data)
    // Text must be UTF-8; what is not goes as it is (RFC 7118, 5).
    let isText = String(validating: message.bytes, as: UTF8.self) != nil
    let buffer = context.channel.allocator.buffer(bytes: message.bytes)
    context.write(wrapOutboundOut(frame(buffer, isText ? .text : .binary)), promise: promise)
  }

  /// The closing handshake: the code that came goes back, and the connection ends.
  private func close(_ body: ByteBuffer, _ context: ChannelHandlerContext) {
    var body = body
    let code = body.readInteger(as: UInt16.self)
    let reason = body.readString(length: min(body.readableBytes, 123)) ?? ""
    var echo = context.channel.allocator.buffer(capacity: 2)
    if let code { echo.writeInteger(code) }
    write(echo, .connectionClose, context)
    context.flush()
    let shown = reason.isEmpty ? "" : ": \(reason)"
    let said = code.map { " with code \($0)\(shown)" } ?? ""
    flow.end(FlowFailure(.closed, "\(flow.peer) closed the WebSocket\(said)"))
  }

  private func write(_ data: ByteBuffer, _ opcode: WebSocketOpcode, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(frame(data, opcode)), promise: nil)
  }

  /// Only a client masks (RFC 6455, 5.3).
  private func frame(_ data: ByteBuffer, _ opcode: WebSocketOpcode) -> WebSocketFrame {
    WebSocketFrame(fin: true, opcode: opcode, maskKey: flow.isAccepted ? nil : .random(), data: data)
  }
}
