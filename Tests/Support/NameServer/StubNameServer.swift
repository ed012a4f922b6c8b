import NIOCore
import NIOPosix
import Synchronization

/// A name server on 127.0.0.1, over UDP and TCP, that says what a test tells it to.
///
/// A name that it was told nothing about does not exist.
public final class StubNameServer: Sendable {
  private struct Book: Sendable {
    var replies: [String: StubReply] = [:]
    var queries: [String] = []
  }

  private let book: Mutex<Book>
  private let channels: Mutex<[any Channel]>
  /// The port that the system chose.
  public let port: UInt16

  private init(_ book: Book, port: UInt16) {
    self.book = Mutex(book)
    channels = Mutex([])
    self.port = port
  }

  /// `replies` are by name and type: `_sip._udp.example.org SRV`.
  public static func start(_ replies: [String: StubReply] = [:]) async throws -> StubNameServer {
    var attempts = 0
    while true {
      do { return try await start(Book(replies: replies), at: LoopbackSocket.freePort()) } catch let error
        as IOError
      {
        // Somebody else took the port in the meantime.
        attempts += 1
        if attempts == 20 { throw error }
      }
    }
  }

  private static func start(_ book: Book, at port: UInt16) async throws -> StubNameServer {
    let group = MultiThreadedEventLoopGroup.singleton
    let server = StubNameServer(book, port: port)
    let streams = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(StubStreamHandler(server))
        }
      }
      .bind(host: "127.0.0.1", port: Int(port)).get()
    do {
      let datagrams = try await DatagramBootstrap(group: group)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(StubDatagramHandler(server))
          }
        }
        .bind(host: "127.0.0.1", port: Int(port)).get()
      server.channels.withLock { $0 = [streams, datagrams] }
      return server
    } catch {
      try await streams.close().get()
      throw error
    }
  }

  /// `127.0.0.1:5353`.
  public var address: String { "127.0.0.1:\(port)" }

  /// What was asked, in order: `example.org NAPTR`, and ` over TCP` behind it where it was.
  public var queries: [String] { book.withLock { $0.queries } }

  public func set(_ reply: StubReply, for query: String) { book.withLock { $0.replies[query] = reply } }

  public func close() async throws {
    for channel in channels.withLock({ $0 }) { try await channel.close().get() }
  }

  fileprivate func answer(_ bytes: [UInt8], overTCP: Bool) -> [UInt8]? {
    guard let message = StubMessage(bytes) else { return nil }
    let reply = book.withLock { book in
      book.queries.append(message.description + (overTCP ? " over TCP" : ""))
      return book.replies[message.description]
    }
    return message.answer(reply ?? .code(3), overTCP: overTCP)
  }
}

private final class StubDatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let server: StubNameServer
  init(_ server: StubNameServer) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let query = unwrapInboundIn(data)
    guard let answer = server.answer(Array(query.data.readableBytesView), overTCP: false) else { return }
    let envelope = AddressedEnvelope(remoteAddress: query.remoteAddress, data: ByteBuffer(bytes: answer))
    context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
  }
}

/// Messages with two bytes of length before each (RFC 1035, 4.2.2).
private final class StubStreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let server: StubNameServer
  private var received = ByteBuffer()
  init(_ server: StubNameServer) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var part = unwrapInboundIn(data)
    received.writeBuffer(&part)
    while let query = received.readLengthPrefixedSlice(as: UInt16.self) {
      guard let answer = server.answer(Array(query.readableBytesView), overTCP: true) else { continue }
      var buffer = ByteBuffer(integer: UInt16(answer.count))
      buffer.writeBytes(answer)
      context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
  }
}
