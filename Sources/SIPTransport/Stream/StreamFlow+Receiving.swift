import NIOCore
import SIP

/// What comes on a flow, and how long it may take.
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
    setMessageTimer(isInMessage: isReceiving)
  }

  /// Arms the time limit of an unfinished message, and takes it away with the message.
  private func setMessageTimer(isInMessage: Bool) {
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
