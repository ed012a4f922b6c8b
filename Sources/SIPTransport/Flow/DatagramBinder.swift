package import NIOCore
import NIOPosix
package import SIP

/// Opens the UDP sockets of one event loop.
package struct DatagramBinder: Sendable {
  private let loop: any EventLoop
  /// Shared by all flows to servers.
  private let socket: NIOLoopBound<DatagramSocket>

  /// To be made on the event loop.
  package init(loop: any EventLoop) {
    self.loop = loop
    socket = NIOLoopBound(DatagramSocket(), eventLoop: loop)
  }

  /// Datagrams read with one system call.
  private static let readBatch = 64
  private static let socketBuffer: Int = 4 << 20

  /// Binds a socket that hears everybody; port 0 takes a free one.
  ///
  /// - Parameter sharesPort: sockets that are connected to one server may have the same port.
  package func listen(
    on address: SocketAddress,
    sharesPort: Bool,
    owner: NIOLoopBound<any DatagramFlowOwner>
  ) -> EventLoopFuture<NIOLoopBound<DatagramFlow>> {
    make(reuse: false, batch: DatagramBinder.readBatch) { $0.bind(to: address) }.flatMapThrowing { channel in
      // Set only now: another program's socket on this port was an error, our connected ones are welcome.
      if sharesPort { try channel.syncOptions?.setOption(.socketOption(.so_reuseaddr), value: 1) }
      return try DatagramBinder.attach(channel, number: nil, server: nil, socket: nil, owner: owner)
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
      // The channel reads one datagram, which says that there are some; the flow reads the others.
      return make(reuse: true, batch: 1) { $0.bind(to: local) }.flatMap { channel in
        channel.connect(to: remote).flatMapThrowing {
          try DatagramBinder.attach(channel, number: number, server: server, socket: socket, owner: owner)
        }
      }
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  private func make(
    reuse: Bool,
    batch: Int,
    _ open: (DatagramBootstrap) -> EventLoopFuture<any Channel>
  ) -> EventLoopFuture<any Channel> {
    var bootstrap = DatagramBootstrap(group: loop)
      .channelOption(.datagramVectorReadMessageCount, value: batch > 1 ? batch : 0)
      .channelOption(.maxMessagesPerRead, value: UInt(batch > 1 ? 16 : 1))
      .channelOption(
        .recvAllocator,
        value: FixedSizeRecvByteBufferAllocator(
          capacity: DatagramSocket.datagramSize * batch
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
    socket: NIOLoopBound<DatagramSocket>?,
    owner: NIOLoopBound<any DatagramFlowOwner>
  ) throws -> NIOLoopBound<DatagramFlow> {
    let flow = DatagramFlow(number: number, server: server, channel: channel, socket: socket?.value)
    flow.owner = owner.value
    try channel.pipeline.syncOperations.handler(type: DatagramFlowInbound.self).flow = flow
    return NIOLoopBound(flow, eventLoop: channel.eventLoop)
  }
}
