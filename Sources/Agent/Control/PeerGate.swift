import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Closes connections of other users than our own and root: the socket's mode says so too, but not on every
/// system and file system.
final class PeerGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { check(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    check(context)
    context.fireChannelActive()
  }

  private func check(_ context: ChannelHandlerContext) {
    guard let provider = context.channel as? any SocketOptionProvider else { return }
    let channel = context.channel
    #if canImport(Glibc)
      // `struct ucred`, which Glibc's module leaves out: process, user and group.
      let peer: EventLoopFuture<(pid_t, uid_t, gid_t)> = provider.unsafeGetSocketOption(
        level: .socket,
        name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
      )
      peer.whenComplete { result in
        if case .success(let peer) = result, peer.1 == geteuid() || peer.1 == 0 { return }
        channel.close(promise: nil)
      }
    #else
      let peer: EventLoopFuture<xucred> = provider.unsafeGetSocketOption(
        level: NIOBSDSocket.OptionLevel(rawValue: SOL_LOCAL),
        name: NIOBSDSocket.Option(rawValue: LOCAL_PEERCRED)
      )
      peer.whenComplete { result in
        if case .success(let peer) = result, peer.cr_uid == geteuid() || peer.cr_uid == 0 { return }
        channel.close(promise: nil)
      }
    #endif
  }
}
