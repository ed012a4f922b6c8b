import NIOCore
import NIOSSL
import SIP

/// The handlers between a connection that we open and its flow.
struct ClientLayers: Sendable {
  private let tls: TLSContext?
  private let target: StreamTarget

  init(_ target: StreamTarget) throws {
    self.target = target
    tls = target.transport.isSecure ? try target.tls ?? TLSContext(TLSSettings()) : nil
  }

  func add(to pipeline: ChannelPipeline.SynchronousOperations, flow: StreamFlow) throws {
    try pipeline.addHandler(ConnectionWatch(flow: flow))
    if let tls {
      let expected = tls.settings.serverName ?? target.domain
      let handler = try NIOSSLClientHandler(context: tls.context, serverHostname: expected.indicatedName)
      try pipeline.addHandler(handler)
      try pipeline.addHandler(TLSGate(flow: flow, handler: handler, check: (expected, tls.settings)))
    }
    if flow.isWebSocket {
      let handshake = WebSocketClientHandshake(target)
      try pipeline.addHandler(WebSocketOpening(flow: flow, role: .client(handshake)))
    } else {
      try pipeline.addHandler(StreamInbound(flow: flow))
    }
  }
}

extension Host {
  /// The name for SNI, which no address has (RFC 6066, 3); without the dot that may end a name.
  var indicatedName: String? {
    guard case .name(let name) = self else { return nil }
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }
}

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
