import Testing

@testable import SIPTransport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct DatagramSocketTests {
  /// Two sockets for datagrams that are connected with each other, without an address.
  private struct Pair: ~Copyable {
    let near: CInt
    let far: CInt

    init() {
      #if canImport(Glibc)
        let kind = CInt(SOCK_DGRAM.rawValue)
      #else
        let kind = SOCK_DGRAM
      #endif
      var ends: [CInt] = [-1, -1]
      let status = socketpair(AF_UNIX, kind, 0, &ends)
      #expect(status == 0)
      (near, far) = (ends[0], ends[1])
    }

    deinit {
      close(near)
      close(far)
    }
  }

  private func isSome(_ result: DatagramSocket.Result, _ count: Int) -> Bool {
    if case .some(count) = result { true } else { false }
  }

  @Test func batchArrivesAsItWasSent() {
    let pair = Pair()
    let socket = DatagramSocket()
    var queue = DatagramQueue()
    let datagrams: [[UInt8]] = [[1], [2, 3], Array(repeating: 4, count: 1400)]
    for datagram in datagrams { queue.append(datagram) }
    #expect(isSome(socket.send(pair.near, from: &queue), 3))
    #expect(queue.isEmpty)
    var received: [[UInt8]] = []
    #expect(isSome(socket.receive(pair.far) { received.append(Array($0)) }, 3))
    #expect(received == datagrams)
  }

  @Test func emptySocketWouldWait() {
    let pair = Pair()
    guard case .wouldWait = DatagramSocket().receive(pair.far, { _ in }) else {
      Issue.record("something was read")
      return
    }
  }

  @Test func whatTheSystemDoesNotTakeStaysInTheQueue() {
    let pair = Pair()
    let socket = DatagramSocket()
    var queue = DatagramQueue()
    for number in 0..<4000 { queue.append(Array(repeating: UInt8(number & 255), count: 1000)) }
    var sent = 0
    sending: while true {
      switch socket.send(pair.near, from: &queue) {
      case .some(let count): sent += count
      case .wouldWait: break sending
      case .failed(let number):
        Issue.record("error \(number)")
        break sending
      }
    }
    #expect(sent > 0)
    #expect(queue.popFirst()?.first == UInt8(sent & 255))
  }

  @Test func socketThatIsClosedFails() {
    var queue = DatagramQueue()
    queue.append([1])
    guard case .failed(EBADF) = DatagramSocket().send(-1, from: &queue) else {
      Issue.record("it was sent")
      return
    }
    #expect(!queue.isEmpty)
  }
}
