import NIOCore
import NIOPosix
package import SIP

/// What a datagram flow tells its owner, always on the flow's event loop.
package protocol DatagramFlowOwner: AnyObject {
  /// One datagram. `bytes` are valid during the call only.
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow)
  /// No more datagrams for now: the moment to send what came of them.
  func receivedAll(on flow: DatagramFlow)
  /// The network refuses what is sent (ICMP port unreachable), or the socket is gone.
  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool)
}

/// A UDP socket on an event loop: datagrams in batches, both ways.
///
/// Connected to one server, it gets that server's datagrams and its ICMP errors only; unconnected, it gets
/// everybody's. Every method is called on the event loop.
package final class DatagramFlow {
  /// The owner's number for this flow; nil for one that listens to everybody.
  package let number: Int?
  /// The server that the flow is connected to.
  package let server: Endpoint?
  /// Set by the owner while many answers are on their way: they are then waited for a little and read together,
  /// for to wake up for each costs more than to handle it.
  package var expectsMany = false
  private let channel: any Channel
  private let serverAddress: SocketAddress?
  private var isDirty = false

  init(number: Int?, server: Endpoint?, serverAddress: SocketAddress?, channel: any Channel) {
    self.number = number
    self.server = server
    self.serverAddress = serverAddress
    self.channel = channel
  }

  /// Our own address; for a connected flow the one that routes to the server.
  package var local: Endpoint? { channel.localAddress.flatMap(Endpoint.init) }

  /// Queues one datagram to the flow's server; `flush` sends it.
  package func send(_ bytes: [UInt8]) {
    let buffer = channel.allocator.buffer(bytes: bytes)
    guard isDirty else {
      isDirty = true
      // A refused datagram fails the first write of a batch, where no ICMP error is reported otherwise.
      channel.write(buffer).assumeIsolated().whenFailure { [weak self] error in
        guard let self else { return }
        owner?.failed(self, reason: SystemWords.describe(error), isClosed: false)
      }
      return
    }
    channel.write(buffer, promise: nil)
  }

  /// Queues one datagram to somebody.
  package func send(_ bytes: [UInt8], to peer: Endpoint) throws {
    isDirty = true
    let envelope = AddressedEnvelope(
      remoteAddress: try SocketAddress(peer),
      data: channel.allocator.buffer(bytes: bytes)
    )
    channel.write(envelope, promise: nil)
  }

  package func flush() {
    guard isDirty else { return }
    isDirty = false
    channel.flush()
  }

  package func close() { channel.close(promise: nil) }

  weak var owner: (any DatagramFlowOwner)?
}

/// Hands a channel's datagrams to the flow's owner, and says when the next are read.
final class DatagramFlowInbound: ChannelDuplexHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundIn = Any

  /// How long a flow that expects many rests from one reading to the next.
  private static let rest = TimeAmount.microseconds(500)

  var flow: DatagramFlow?
  /// The last sender: most datagrams of a batch come from one.
  private var lastAddress: SocketAddress?
  private var lastPeer: Endpoint?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let flow, let owner = flow.owner else { return }
    let envelope = unwrapInboundIn(data)
    guard let peer = flow.server ?? peer(of: envelope.remoteAddress) else { return }
    envelope.data.withUnsafeReadableBytes { owner.received($0, from: peer, on: flow) }
  }

  private func peer(of address: SocketAddress) -> Endpoint? {
    if address == lastAddress { return lastPeer }
    lastAddress = address
    lastPeer = Endpoint(address)
    return lastPeer
  }

  func read(context: ChannelHandlerContext) {
    guard let flow, flow.expectsMany else { return context.read() }
    context.eventLoop.assumeIsolated().scheduleTask(in: DatagramFlowInbound.rest) { context.read() }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard let flow else { return }
    flow.owner?.receivedAll(on: flow)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let flow else { return }
    flow.owner?.failed(flow, reason: SystemWords.describe(error), isClosed: false)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard let flow else { return }
    flow.owner?.failed(flow, reason: "the socket was closed", isClosed: true)
    self.flow = nil
  }
}
