import NIOCore
import NIOPosix
import NIOSSL
import SIP

@testable import SIPTransport

/// A TCP or TLS server that does nothing by itself: a test says every byte.
final class RawServer: Sendable {
  let endpoint: Endpoint
  private let channel: any Channel
  private let connections: AsyncStream<RawConnection>

  private init(channel: any Channel, connections: AsyncStream<RawConnection>) {
    self.channel = channel
    self.connections = connections
    endpoint = channel.localAddress.flatMap(Endpoint.init)!
  }

  /// - Parameter reads: false never reads what comes.
  static func start(
    _ host: String = "127.0.0.1",
    tls: NIOSSLContext? = nil,
    reads: Bool = true
  ) async throws -> RawServer {
    let (connections, sink) = AsyncStream<RawConnection>.makeStream()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: reads)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          let (bytes, byteSink) = AsyncStream<[UInt8]>.makeStream()
          try channel.pipeline.syncOperations.addHandler(RawHandler(sink: byteSink))
          sink.yield(RawConnection(channel: channel, bytes: bytes))
        }
      }
      .bind(host: host, port: 0).get()
    return RawServer(channel: channel, connections: connections)
  }

  /// The next connection that comes.
  func accept() async throws -> RawConnection {
    for await connection in connections { return connection }
    throw ChannelError.eof
  }

  func target(_ transport: Transport = .tcp, domain: String = "example.com") -> StreamTarget {
    StreamTarget(transport: transport, server: endpoint, domain: Host(domain)!)
  }

  func stop() async throws { try await channel.close() }
}

/// One connection of a raw server.
struct RawConnection: Sendable {
  let channel: any Channel
  let bytes: AsyncStream<[UInt8]>

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes))
  }

  /// Ends the connection with FIN.
  func close() async throws { try await channel.close() }

  /// Ends the connection with RST.
  func reset() async throws {
    try await (channel as! any SocketOptionProvider).setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    try await channel.close()
  }

  /// All bytes until the text is among them.
  func read(until end: String) async -> String {
    var text = ""
    for await chunk in bytes {
      text += String(decoding: chunk, as: UTF8.self)
      if text.contains(end) { break }
    }
    return text
  }

  /// All bytes until the connection ends.
  func readAll() async -> [UInt8] {
    var all: [UInt8] = []
    for await chunk in bytes { all += chunk }
    return all
  }

  /// As many bytes as are asked for, or fewer if the connection ends.
  func read(_ count: Int) async -> [UInt8] {
    var all: [UInt8] = []
    for await chunk in bytes {
      all += chunk
      if all.count >= count { break }
    }
    return all
  }
}

private final class RawHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let sink: AsyncStream<[UInt8]>.Continuation

  init(sink: AsyncStream<[UInt8]>.Continuation) { self.sink = sink }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    sink.yield(Array(unwrapInboundIn(data).readableBytesView))
  }

  func channelInactive(context: ChannelHandlerContext) { sink.finish() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
