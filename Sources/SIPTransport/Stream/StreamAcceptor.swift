package import NIOCore
import NIOPosix
import NIOSSL
package import SIP

/// Accepts the stream flows of one event loop, at one address or several.
///
/// Flows are numbered in the order in which they come, over all addresses. Every method is called on the loop.
package final class StreamAcceptor {
  private let loop: any EventLoop
  private let settings: StreamSettings
  private let capacity: Int
  private weak var owner: (any StreamFlowOwner)?
  private var nextNumber = 0
  private var servers: [any Channel] = []
  /// Connections that are open now, finished with their handshakes or not.
  package private(set) var count = 0

  /// - Parameter capacity: how many connections there may be at once; one more is closed as soon as it comes.
  package init(
    loop: any EventLoop,
    settings: StreamSettings = StreamSettings(),
    capacity: Int,
    owner: any StreamFlowOwner
  ) {
    self.loop = loop
    self.settings = settings
    self.capacity = capacity
    self.owner = owner
  }

  /// Begins to accept at an address; port 0 takes a free one.
  ///
  /// - Parameter tls: what a secure transport shows; it must have it.
  /// - Returns: the address with the port that was taken.
  package func listen(
    on address: Endpoint,
    transport: Transport,
    tls: TLSServerContext? = nil
  ) -> EventLoopFuture<Endpoint> {
    precondition(transport != .udp, "UDP has no connections")
    precondition(!transport.isSecure || tls != nil, "a secure transport needs a certificate")
    let bound = NIOLoopBound(self, eventLoop: loop)
    let bootstrap = ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try bound.value.accept(channel, transport: transport, tls: tls)
        }
      }
    do {
      return bootstrap.bind(to: try SocketAddress(address)).assumeIsolated().map { server in
        self.servers.append(server)
        return server.localAddress.flatMap(Endpoint.init) ?? address
      }.nonisolated()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  /// Accepts no more. Flows that are open stay open: they are their owner's.
  package func close() {
    for server in servers { server.close(promise: nil) }
    servers = []
  }

  /// Builds the layers of a connection that has come.
  private func accept(_ channel: any Channel, transport: Transport, tls: TLSServerContext?) throws {
    guard count < capacity, let owner, let peer = channel.remoteAddress.flatMap(Endpoint.init) else {
      throw ChannelError.connectPending
    }
    count += 1
    channel.closeFuture.assumeIsolated().whenComplete { _ in self.count -= 1 }
    nextNumber += 1
    let flow = StreamFlow(
      number: nextNumber,
      transport: transport,
      peer: peer,
      isAccepted: true,
      settings: settings,
      loop: loop,
      owner: owner
    )
    flow.begin(channel)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(IdleStateHandler(readTimeout: settings.idleLimit))
    try pipeline.addHandler(IdleEnd(flow: flow))
    try pipeline.addHandler(ConnectionWatch(flow: flow))
    if let tls, transport.isSecure {
      let handler = NIOSSLServerHandler(context: tls.context)
      try pipeline.addHandler(handler)
      try pipeline.addHandler(TLSGate(flow: flow, handler: handler, check: nil))
    }
    if flow.isWebSocket {
      try pipeline.addHandler(WebSocketOpening(flow: flow, role: .server))
    } else {
      try pipeline.addHandler(StreamInbound(flow: flow))
    }
  }
}

/// Ends a flow on which nothing comes any more.
private final class IdleEnd: ChannelInboundHandler {
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
