import NIOCore
import SIP

/// How a flow opens and ends, as its channel tells.
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

  /// Lets go of everything; the owner hears nothing more.
  func finish() {
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

extension TimeAmount {
  /// `8 s`, `200 ms`.
  var words: String {
    nanoseconds % 1_000_000_000 == 0 ? "\(nanoseconds / 1_000_000_000) s" : "\(nanoseconds / 1_000_000) ms"
  }
}
