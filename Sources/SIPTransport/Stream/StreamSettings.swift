package import NIOCore
package import SIP

/// What stream flows may hold and how long they may take; the same for all flows of one loop.
package struct StreamSettings: Sendable {
  /// From the first packet to an open flow: TCP, TLS and WebSocket together (a failover waits for it).
  package var openLimit: TimeAmount = .seconds(8)
  /// From a message's first byte to its last.
  package var messageLimit: TimeAmount = .seconds(32)
  /// How long an accepted flow may stay without a byte; a client's keep-alives come sooner.
  package var idleLimit: TimeAmount = .minutes(30)
  /// Bytes that wait because the peer does not read; one more ends the flow.
  package var pendingLimit = 1 << 20
  /// What is sent in one system call, more or less.
  package var batch = 64 << 10
  package var limits = StreamLimits()

  package init() {}
}
