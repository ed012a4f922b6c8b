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
  /// Nil for one that listens to everybody, which is read and written through its channel.
  private let socket: DatagramSocket?
  /// The socket's, while it is open: once it is closed, the number may be another's.
  private var descriptor: CInt?
  private var queue = DatagramQueue()
  private var isDirty = false

  init(number: Int?, server: Endpoint?, channel: any Channel, socket: DatagramSocket?) {
    self.number = number
    self.server = server
    self.channel = channel
    self.socket = socket
    if socket != nil { descriptor = DatagramFlow.descriptor(of: channel) }
  }

  private static func descriptor(of channel: any Channel) -> CInt? {
    do {
      return try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self) { $0 }
    } catch {
      // Closed already, which the channel tells too.
      return nil
    }
  }

  /// Our own address; for a connected flow the one that routes to the server.
  package var local: Endpoint? { channel.localAddress.flatMap(Endpoint.init) }

  /// Queues one datagram to the flow's server; `flush` sends it.
  package func send(_ bytes: [UInt8]) { queue.append(bytes) }

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
    if !queue.isEmpty { sendQueue() }
    guard isDirty else { return }
    isDirty = false
    channel.flush()
  }

  private func sendQueue() {
    while !queue.isEmpty {
      guard let socket, let descriptor else { return writeQueue() }
      switch socket.send(descriptor, from: &queue) {
      case .some: continue
      case .wouldWait: return writeQueue()
      case .failed(let number):
        // The system says so of the first datagram, which is lost; the others may still go.
        queue.drop(1)
        report(number)
      }
    }
  }

  /// The channel sends what is left once the system takes more.
  private func writeQueue() {
    isDirty = true
    while let datagram = queue.popFirst() {
      channel.write(channel.allocator.buffer(bytes: datagram), promise: nil)
    }
  }

  /// Hands out what has come; the channel has read the first datagram.
  func receiveMore(_ owner: any DatagramFlowOwner) {
    for _ in 0..<DatagramFlow.mostBatches {
      guard let socket, let server, let descriptor else { return }
      switch socket.receive(descriptor, { owner.received($0, from: server, on: self) }) {
      case .some(let count): if !DatagramSocket.isFull(count) { return }
      case .wouldWait: return
      case .failed(let number): return report(number)
      }
    }
  }

  /// Read in a row, so that timers and other flows have their turn.
  private static let mostBatches = 16

  /// The network refuses what is sent, for instance.
  private func report(_ number: CInt) {
    let error = IOError(errnoCode: number, reason: "")
    owner?.failed(self, reason: SystemWords.describe(error), isClosed: false)
  }

  /// The channel is closed, or about to be.
  func forgetSocket() { descriptor = nil }

  package func close() {
    forgetSocket()
    channel.close(promise: nil)
  }

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
    guard let flow, let owner = flow.owner else { return }
    flow.receiveMore(owner)
    owner.receivedAll(on: flow)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let flow else { return }
    flow.owner?.failed(flow, reason: SystemWords.describe(error), isClosed: false)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard let flow else { return }
    flow.forgetSocket()
    flow.owner?.failed(flow, reason: "the socket was closed", isClosed: true)
    self.flow = nil
  }
}
