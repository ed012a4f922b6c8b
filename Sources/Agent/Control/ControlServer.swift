import Dispatch
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Answers requests on a socket that only its owner may use (mode 0600).
///
/// One request a connection, one line of JSON each way; one connection after the other.
struct ControlServer: Sendable {
  let path: String

  /// A longer request is none of ours.
  static let requestLimit = 65_536
  static let patience = 2

  /// Serves until the task is cancelled.
  ///
  /// The caller holds the lease of the state, so a socket that is there already belongs to nobody.
  func run(
    answer: @escaping @Sendable (ControlRequest.Kind) async -> StatusDocument?
  ) async throws(ControlError) {
    let listener = try listen()
    let (connections, sink) = AsyncStream<CInt>.makeStream(bufferingPolicy: .bufferingOldest(16))
    let source = DispatchSource.makeReadSource(
      fileDescriptor: listener,
      queue: DispatchQueue(label: "sipreconcile.control")
    )
    source.setEventHandler {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        if case .dropped = sink.yield(connection) { close(connection) }
      }
    }
    source.setCancelHandler { close(listener) }
    source.activate()
    // Ends when the task is cancelled.
    for await connection in connections {
      await serve(connection, answer)
      close(connection)
    }
    unlink(path)
    source.cancel()
  }

  private func listen() throws(ControlError) -> CInt {
    let listener = try UnixSocket.make(path)
    do throws(ControlError) {
      // The mode is taken over by the file that bind makes; where it is not, the file is changed at once.
      fchmod(listener, 0o600)
      unlink(path)
      try UnixSocket.withAddress(path) { bind(listener, $0, $1) }
      #if canImport(Glibc)
        let result = Glibc.listen(listener, 16)
      #else
        let result = Darwin.listen(listener, 16)
      #endif
      guard chmod(path, 0o600) == 0, result == 0, fcntl(listener, F_SETFL, O_NONBLOCK) == 0 else {
        throw UnixSocket.failure(path)
      }
    } catch {
      close(listener)
      throw error
    }
    return listener
  }

  private func serve(
    _ connection: CInt,
    _ answer: @Sendable (ControlRequest.Kind) async -> StatusDocument?
  ) async {
    guard let line = await UnixSocket.blocking({ ControlServer.read(connection) }) else { return }
    let reply: [UInt8]
    do {
      let request = try JSONDecoder().decode(ControlRequest.self, from: Data(line))
      guard let document = await answer(request.request) else { return }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      reply = [UInt8](try encoder.encode(document)) + [UInt8(ascii: "\n")]
    } catch {
      reply = Array("{\"error\":\"unknown request\"}\n".utf8)
    }
    _ = await UnixSocket.blocking { UnixSocket.write(reply, to: connection) }
  }

  private static func read(_ connection: CInt) -> [UInt8]? {
    guard isOurs(connection), fcntl(connection, F_SETFL, 0) == 0 else { return nil }
    UnixSocket.limit(connection, seconds: patience)
    return UnixSocket.readLine(connection, limit: requestLimit)
  }

  /// True for a peer of our own user, or root: the file's mode says so too, but not on every system.
  private static func isOurs(_ connection: CInt) -> Bool {
    #if canImport(Glibc)
      // `struct ucred`, which Glibc's module leaves out: process, user and group.
      var peer = (pid_t(0), uid_t(0), gid_t(0))
      var size = socklen_t(MemoryLayout.size(ofValue: peer))
      guard getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 else { return false }
      return peer.1 == geteuid() || peer.1 == 0
    #else
      var user = uid_t()
      var group = gid_t()
      guard getpeereid(connection, &user, &group) == 0 else { return false }
      return user == geteuid() || user == 0
    #endif
  }
}
