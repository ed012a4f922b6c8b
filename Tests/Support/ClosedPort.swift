import Foundation

/// A port of 127.0.0.1 where nothing listens, over UDP as over TCP, for as long as this value lives.
///
/// A port that was merely free a moment ago may be another test's the next. This one is held: its TCP socket does
/// not listen, so that a connection is refused, and its UDP socket is connected to itself, so that a datagram from
/// anywhere else is answered with "port unreachable".
public struct ClosedPort: ~Copyable {
  private let datagrams: LoopbackSocket
  private let streams: LoopbackSocket
  public let number: UInt16

  public init() throws {
    var attempts = 20
    while true {
      attempts -= 1
      let datagrams = try LoopbackSocket()
      do {
        let streams = try LoopbackSocket(.stream, port: datagrams.port)
        try datagrams.connect(to: datagrams.port)
        number = datagrams.port
        self.datagrams = datagrams
        self.streams = streams
        return
      } catch let error where attempts == 0 { throw error } catch {}
    }
  }
}
