import NIOCore
import NIOPosix
import NIOSSL
import NIOWebSocket
import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FlowFailure {
  /// An error of a connection in words.
  init(_ error: any Error, of flow: StreamFlow) {
    self.init(error, peer: flow.peer, isOpen: flow.isOpen)
    // A server that closes with a hello unread resets the connection.
    if kind == .reset, !flow.isOpen { self = .closedByPeer(of: flow) }
  }

  init(_ error: any Error, peer: Endpoint, isOpen: Bool) {
    switch error {
    case let error as FlowFailure: self = error
    case let error as IOError: self.init(error, peer: peer)
    case let error as NIOConnectionError:
      let first = error.connectionErrors.first.map { FlowFailure($0.error, peer: peer, isOpen: isOpen) }
      self = first ?? FlowFailure(.other, "\(peer) cannot be connected to")
    case is ChannelError: self.init(.timedOut, "\(peer) did not answer the connection attempt in time")
    case let error as NIOSSLError: self.init(error, peer: peer, isOpen: isOpen)
    case let error as BoringSSLError: self.init(error, peer: peer)
    case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error:
      self.init(.framing, "\(peer) broke the rules of WebSocket: \(error)")
    default: self.init(.other, "the connection to \(peer) failed: \(error)")
    }
  }

  private init(_ error: IOError, peer: Endpoint) {
    let words = SystemWords.describe(error)
    switch error.errnoCode {
    case ECONNREFUSED, ENOPROTOOPT, EPROTO:
      self.init(.refused, "\(peer) refused the connection: nothing listens there")
    case ECONNRESET, EPIPE, ECONNABORTED:
      self.init(.reset, "\(peer) reset the connection")
    case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN:
      self.init(.unreachable, "\(peer) cannot be reached: \(words)")
    case ETIMEDOUT:
      self.init(.timedOut, "\(peer) does not answer any more: \(words)")
    case EADDRINUSE, EADDRNOTAVAIL, EACCES:
      self.init(.localAddress, "the local address for \(peer) cannot be used: \(words)")
    default:
      self.init(.other, "the connection to \(peer) failed: \(words)")
    }
  }
}
