import CDatagrams

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A connected UDP socket of a channel, read and written in batches and past the channel, which makes several
/// objects of each datagram.
///
/// It never waits: what the system does not take at once is left to the channel. One is shared by all flows of
/// an event loop, on which alone it is used.
final class DatagramSocket {
  /// A UDP payload's limit, and so the size of what one datagram is read into.
  static let datagramSize = 65_535
  private static let batch = Int(CDATAGRAMS_MOST)

  /// What came of a batch.
  enum Result {
    /// So many were sent, or received.
    case some(Int)
    case wouldWait
    /// The number of the system's error.
    case failed(CInt)
  }

  private let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: datagramSize * batch)
  private let lengths = UnsafeMutablePointer<UInt32>.allocate(capacity: batch)

  deinit {
    memory.deallocate()
    lengths.deallocate()
  }

  /// Reads one batch, and hands out each datagram.
  ///
  /// - Returns: `some` with a number below `isFull` where nothing is left to read.
  func receive(_ descriptor: CInt, _ each: (UnsafeRawBufferPointer) -> Void) -> Result {
    let size = UInt32(DatagramSocket.datagramSize)
    let count = Int(cdatagrams_receive(descriptor, memory, size, lengths, CDATAGRAMS_MOST))
    guard count >= 0 else { return DatagramSocket.error() }
    for index in 0..<count {
      let start = memory + index * DatagramSocket.datagramSize
      each(UnsafeRawBufferPointer(start: start, count: Int(lengths[index])))
    }
    return .some(count)
  }

  /// True for a batch that may not have been the last.
  static func isFull(_ count: Int) -> Bool { count == batch }

  /// Sends the next batch of the queue, and takes what was sent off it.
  func send(_ descriptor: CInt, from queue: inout DatagramQueue) -> Result {
    let count = queue.withPending { bytes, start, ends in
      Int(
        cdatagrams_send(
          descriptor,
          bytes,
          start,
          ends.baseAddress,
          CInt(min(ends.count, DatagramSocket.batch))
        )
      )
    }
    guard count >= 0 else { return DatagramSocket.error() }
    queue.drop(count)
    return .some(count)
  }

  private static func error() -> Result {
    switch errno {
    case EAGAIN, EWOULDBLOCK, ENOBUFS: .wouldWait
    // A signal came first: nothing happened, and the same call is made again.
    case EINTR: .some(0)
    case let number: .failed(number)
    }
  }
}
