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

  let settings: StreamSettings
  let loop: any EventLoop
  weak var owner: (any StreamFlowOwner)?
  var channel: (any Channel)?
  private(set) var stage = Stage.connecting
  /// What an error said before the connection ended, which alone says only that it did.
  private var cause: FlowFailure?
  private var openTimer: Scheduled<Void>?
  private var messageTimer: Scheduled<Void>?
  private var outgoing = ByteBuffer()
  /// Over WebSocket: the last message of those that wait for `flush`, and their bytes in all.
  private var heldFrame: [UInt8]?
  private var unflushed = 0
  /// Bytes given to the channel and not yet written.
  private var unwritten = 0
  private var framer: StreamFramer
  private var owesPong = false
  private(set) var messageCount = 0

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
  package var isReceiving: Bool { isWebSocket ? messageTimer != nil : framer.isInMessage }

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

// MARK: - What the channel says

extension StreamFlow {
  func begin(_ channel: any Channel) {
    self.channel = channel
    openTimer = loop.assumeIsolated().scheduleTask(in: settings.openLimit) { self.openTimeUp() }
  }

  /// The connection stands; TLS or WebSocket may be still to come.
  func connected(_ channel: any Channel) {
    local = channel.localAddress.flatMap(Endpoint.init)
    enter(transport.isSecure ? .securing : isWebSocket ? .upgrading : .connecting)
  }

  func enter(_ next: Stage) {
    if stage != .ended, stage != .open { stage = next }
  }

  func becomeOpen() {
    guard stage != .ended, stage != .open else { return }
    stage = .open
    openTimer?.cancel()
    openTimer = nil
    if local == nil { local = channel?.localAddress.flatMap(Endpoint.init) }
    owner?.opened(self)
  }

  /// An error that may explain the end that follows it; the first one counts.
  func note(_ failure: FlowFailure) {
    if cause == nil { cause = failure }
  }

  /// The connection has ended; `fallback` is why, if nothing better is known.
  func ended(_ fallback: FlowFailure) { end(cause ?? fallback) }

  func end(_ failure: FlowFailure) {
    guard stage != .ended else { return }
    let wasOpen = stage == .open
    let owner = owner
    finish()
    if wasOpen {
      owner?.closed(self, failure: failure)
    } else {
      owner?.failed(self, failure: failure)
    }
  }

  private func finish() {
    stage = .ended
    openTimer?.cancel()
    messageTimer?.cancel()
    openTimer = nil
    messageTimer = nil
    owner = nil
    channel?.close(promise: nil)
    channel = nil
  }

  private func openTimeUp() {
    let limit = settings.openLimit.words
    switch stage {
    case .open, .ended: return
    case .connecting:
      end(FlowFailure(.timedOut, "\(peer) did not answer the connection attempt within \(limit)"))
    case .securing:
      end(
        FlowFailure(
          .timedOut,
          "\(peer) took the connection, and did not finish the TLS handshake within \(limit); is it a TLS port?"
        )
      )
    case .upgrading:
      end(
        FlowFailure(
          .timedOut,
          "\(peer) took the connection, and did not answer the WebSocket handshake within \(limit)"
        )
      )
    }
  }
}

// MARK: - Receiving

extension StreamFlow {
  /// Bytes of a stream.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    framer.receive(bytes)
    while stage == .open, let action = framer.next() {
      switch action {
      case .message(let range, let hasLength):
        messageCount += 1
        framer.withBytes(range) { owner?.received($0, hasLength: hasLength, on: self) }
      case .pong: owner?.receivedPong(on: self)
      case .ping: owesPong = true
      case .fail(let error): end(FlowFailure(.framing, "\(peer) sent what cannot be used: \(error)"))
      }
    }
  }

  /// A whole WebSocket message. A frame with nothing but CRLFs is a keep-alive.
  func receiveFrame(_ bytes: UnsafeRawBufferPointer) {
    guard stage == .open else { return }
    messageCount += 1
    if bytes.allSatisfy({ $0 == 0x0d || $0 == 0x0a }) {
      owner?.receivedPong(on: self)
      if bytes.count == 4 { owesPong = true }
    } else {
      owner?.received(bytes, hasLength: true, on: self)
    }
  }

  func receivePong() { owner?.receivedPong(on: self) }

  /// One pong answers all pings of a batch.
  func receiveAll() {
    guard stage == .open else { return }
    if owesPong {
      owesPong = false
      send([0x0d, 0x0a])
    }
    let owner = owner
    owner?.receivedAll(on: self)
    flush()
    guard stage == .open else { return }
    if isWebSocket { return }
    setMessageTimer(isInMessage: framer.isInMessage)
  }

  /// Arms the time limit of an unfinished message, and takes it away with the message.
  func setMessageTimer(isInMessage: Bool) {
    guard isInMessage else {
      messageTimer?.cancel()
      messageTimer = nil
      return
    }
    guard messageTimer == nil else { return }
    let number = messageCount
    messageTimer = loop.assumeIsolated().scheduleTask(in: settings.messageLimit) {
      self.messageTimeUp(number)
    }
  }

  private func messageTimeUp(_ number: Int) {
    messageTimer = nil
    guard stage == .open else { return }
    // Another message has begun since: its time began later.
    guard number == messageCount else { return setMessageTimer(isInMessage: true) }
    end(
      FlowFailure(
        .stalled,
        "\(peer) began a message and did not end it within \(settings.messageLimit.words)"
      )
    )
  }
}

extension TimeAmount {
  /// `8 s`, `200 ms`.
  var words: String {
    nanoseconds % 1_000_000_000 == 0 ? "\(nanoseconds / 1_000_000_000) s" : "\(nanoseconds / 1_000_000) ms"
  }
}
