import NIOCore
package import SIP

/// A connection over which SIP messages travel both ways: TCP, TLS or WebSocket, opened by us or accepted.
///
/// Every method is called on the event loop. What is sent waits for `flush`, so that all messages of one turn
/// of the loop leave with one write. A peer that does not read ends the flow once too much waits for it, and so
/// does one that begins a message and does not end it.
package final class StreamFlow {
  /// How far a flow has come; the one that is being opened when time is up is named in the failure.
  enum Stage: Equatable {
    case connecting, securing, upgrading, open, ended
  }

  /// The owner's number for this flow; an acceptor numbers its own.
  package let number: Int
  package let transport: Transport
  /// The other side's address.
  package let peer: Endpoint
  /// True for a flow that the other side opened.
  package let isAccepted: Bool
  /// Our own address; nil until the flow is connected.
  package internal(set) var local: Endpoint?
  /// Who the peer proved to be; nil over a transport that proves nothing, and where nothing is verified.
  package internal(set) var peerIdentity: CertificateIdentity?
  /// What the peer showed over TLS, also where that was not believed; nil where nothing is verified.
  package internal(set) var shownCertificate: ShownCertificate?

  let settings: StreamSettings
  let loop: any EventLoop
  weak var owner: (any StreamFlowOwner)?
  var channel: (any Channel)?
  var stage = Stage.connecting
  /// What an error said before the connection ended, which alone says only that it did.
  var cause: FlowFailure?
  var openTimer: Scheduled<Void>?
  var messageTimer: Scheduled<Void>?
  private var outgoing = ByteBuffer()
  /// Over WebSocket: the last message of those that wait for `flush`, and their bytes in all.
  private var heldFrame: [UInt8]?
  private var unflushed = 0
  /// Bytes given to the channel and not yet written.
  private var unwritten = 0
  var framer: StreamFramer
  var frames = FrameCount()
  var owesPong = false
  var messageCount = 0

  init(
    number: Int,
    transport: Transport,
    peer: Endpoint,
    isAccepted: Bool,
    settings: StreamSettings,
    loop: any EventLoop,
    owner: any StreamFlowOwner
  ) {
    self.number = number
    self.transport = transport
    self.peer = peer
    self.isAccepted = isAccepted
    self.settings = settings
    self.loop = loop
    self.owner = owner
    framer = StreamFramer(limits: settings.limits)
  }

  package var isOpen: Bool { stage == .open }

  /// True while a message has begun to arrive and has not ended: what a keep-alive must wait for.
  package var isReceiving: Bool { isWebSocket ? frames.isInMessage : framer.isInMessage }

  var isWebSocket: Bool { transport == .ws || transport == .wss }

  /// Whether the peer proved to be this domain too, so that another account may use the flow
  /// (RFC 5626, 4.3; RFC 5923, 8.1). Always true over a transport that proves nothing.
  package func serves(_ domain: Host, allowsWildcard: Bool = false) -> Bool {
    guard transport.isSecure, let peerIdentity else { return !transport.isSecure }
    return peerIdentity.verdict(for: domain, rule: transport.identityRule, allowsWildcard: allowsWildcard)
      == .match
  }

  // MARK: - Sending

  /// Queues one message; `flush` sends it. On a flow that is not open it is lost.
  package func send(_ bytes: [UInt8]) {
    guard stage == .open else { return }
    if isWebSocket { return sendFrame(bytes) }
    outgoing.writeBytes(bytes)
    if outgoing.readableBytes >= settings.batch { flush() }
  }

  /// Queues a keep-alive: CRLFCRLF between messages, over WebSocket a frame with it (RFC 5626, 4.4.1;
  /// RFC 7118, 6).
  package func sendPing() { send([0x0d, 0x0a, 0x0d, 0x0a]) }

  /// Sends what was queued.
  package func flush() {
    guard let channel, stage == .open else { return }
    if isWebSocket { return flushFrames(channel) }
    guard outgoing.readableBytes > 0 else { return }
    let count = outgoing.readableBytes
    let buffer = outgoing
    outgoing = ByteBuffer()
    unwritten += count
    channel.writeAndFlush(buffer).assumeIsolated().whenComplete { [weak self] _ in self?.unwritten -= count }
    checkPending()
  }

  /// The last frame is held back, to be written together with the flush.
  private func sendFrame(_ bytes: [UInt8]) {
    if let frame = heldFrame { channel?.write(WebSocketMessage(bytes: frame), promise: nil) }
    heldFrame = bytes
    unflushed += bytes.count
    if unflushed >= settings.batch { flush() }
  }

  private func flushFrames(_ channel: any Channel) {
    guard let frame = heldFrame else { return }
    let count = unflushed
    heldFrame = nil
    unflushed = 0
    unwritten += count
    channel.writeAndFlush(WebSocketMessage(bytes: frame)).assumeIsolated().whenComplete { [weak self] _ in
      self?.unwritten -= count
    }
    checkPending()
  }

  /// Told in a later turn of the loop: the owner is in the middle of its sending.
  private func checkPending() {
    guard unwritten > settings.pendingLimit else { return }
    let failure = FlowFailure(
      .overflow,
      "\(peer) does not read what is sent to it: \(unwritten) bytes wait, and \(settings.pendingLimit) may"
    )
    loop.assumeIsolated().execute { self.end(failure) }
  }

  /// Ends the flow without another word to the owner. What was flushed before is still sent.
  package func close() {
    flush()
    finish()
  }
}
