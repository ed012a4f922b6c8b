package import NIOCore
import NIOPosix
package import SIP

/// Opens the UDP sockets of one event loop.
package struct DatagramBinder: Sendable {
  private let loop: any EventLoop

  package init(loop: any EventLoop) { self.loop = loop }

  /// The size of one receive buffer, and so of the largest datagram that is read whole: a UDP payload's limit.
  private static let datagramSize = 65_535
  /// Datagrams read with one system call.
  private static let readBatch = 64
  private static let socketBuffer: Int = 4 << 20

  /// Binds a socket that hears everybody; port 0 takes a free one.
  package func listen(
    on address: SocketAddress,
    owner: NIOLoopBound<any DatagramFlowOwner>
  ) -> EventLoopFuture<NIOLoopBound<DatagramFlow>> {
    make(reuse: false) { $0.bind(to: address) }.flatMapThrowing { channel in
      // Set only now: another program's socket on this port was an error, our connected ones are welcome.
      try channel.syncOptions?.setOption(.socketOption(.so_reuseaddr), value: 1)
      return try DatagramBinder.attach(channel, number: nil, server: nil, owner: owner)
    }
  }

  /// Opens a socket that speaks with one server from a local port.
  package func connect(
    to server: Endpoint,
    from port: UInt16,
    number: Int,
    owner: NIOLoopBound<any DatagramFlowOwner>
  ) -> EventLoopFuture<NIOLoopBound<DatagramFlow>> {
    do {
      let remote = try SocketAddress(server)
      let any = server.address.isIPv6 ? "::" : "0.0.0.0"
      let local = try SocketAddress(ipAddress: any, port: Int(port))
      return make(reuse: true) { $0.bind(to: local) }.flatMap { channel in
        channel.connect(to: remote).flatMapThrowing {
          try DatagramBinder.attach(channel, number: number, server: server, owner: owner)
        }
      }
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  private func make(
    reuse: Bool,
    _ open: (DatagramBootstrap) -> EventLoopFuture<any Channel>
  ) -> EventLoopFuture<any Channel> {
    var bootstrap = DatagramBootstrap(group: loop)
      .channelOption(.datagramVectorReadMessageCount, value: DatagramBinder.readBatch)
      .channelOption(.maxMessagesPerRead, value: 16)
      .channelOption(
        .recvAllocator,
        value: FixedSizeRecvByteBufferAllocator(
          capacity: DatagramBinder.datagramSize * DatagramBinder.readBatch
        )
      )
      .channelOption(.socketOption(.so_rcvbuf), value: DatagramBinder.socketBuffer)
      .channelOption(.socketOption(.so_sndbuf), value: DatagramBinder.socketBuffer)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(DatagramFlowInbound())
        }
      }
    if reuse { bootstrap = bootstrap.channelOption(.socketOption(.so_reuseaddr), value: 1) }
    return open(bootstrap)
  }

  private static func attach(
    _ channel: any Channel,
    number: Int?,
    server: Endpoint?,
    owner: NIOLoopBound<any DatagramFlowOwner>
  ) throws -> NIOLoopBound<DatagramFlow> {
    let flow = DatagramFlow(
      number: number,
      server: server,
      serverAddress: channel.remoteAddress,
      channel: channel
    )
    flow.owner = owner.value
    try channel.pipeline.syncOperations.handler(type: DatagramFlowInbound.self).flow = flow
    return NIOLoopBound(flow, eventLoop: channel.eventLoop)
  }
}
