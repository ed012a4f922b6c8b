package import NIOCore
import NIOPosix
import SIP

/// Opens the stream flows of one event loop.
package struct StreamConnector: Sendable {
  private let loop: any EventLoop
  private let settings: StreamSettings

  package init(loop: any EventLoop, settings: StreamSettings = StreamSettings()) {
    self.loop = loop
    self.settings = settings
  }

  /// Begins to open a flow, on the event loop; the owner hears `opened` or `failed`, never within this call.
  package func open(_ target: StreamTarget, number: Int, owner: any StreamFlowOwner) -> StreamFlow {
    let flow = StreamFlow(
      number: number,
      transport: target.transport,
      peer: target.server,
      isAccepted: false,
      settings: settings,
      loop: loop,
      owner: owner
    )
    let bound = NIOLoopBound(flow, eventLoop: loop)
    let opening: EventLoopFuture<any Channel>
    do {
      opening = try connect(target, bound)
    } catch {
      opening = loop.makeFailedFuture(error)
    }
    opening.assumeIsolated().whenFailure { error in
      // Never within `open`, whose caller does not know the flow yet.
      self.loop.assumeIsolated().execute {
        flow.ended(FlowFailure(error, of: flow))
      }
    }
    return flow
  }

  private func connect(
    _ target: StreamTarget,
    _ flow: NIOLoopBound<StreamFlow>
  ) throws -> EventLoopFuture<any Channel> {
    let remote = try SocketAddress(target.server)
    let layers = try ClientLayers(target)
    var bootstrap = ClientBootstrap(group: loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .connectTimeout(settings.openLimit + .seconds(1))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let flow = flow.value
          flow.begin(channel)
          try layers.add(to: channel.pipeline.syncOperations, flow: flow)
        }
      }
    if let local = target.local {
      if local.port != 0 { bootstrap = bootstrap.channelOption(.socketOption(.so_reuseaddr), value: 1) }
      bootstrap = bootstrap.bind(to: try SocketAddress(local))
    }
    return bootstrap.connect(to: remote)
  }
}
