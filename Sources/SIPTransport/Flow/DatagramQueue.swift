/// Datagrams that wait to be sent, one after the other in a single piece of memory, which is kept.
struct DatagramQueue {
  private var bytes: [UInt8] = []
  /// The offset after each datagram.
  private var ends: [UInt32] = []
  /// How many of them are off the queue already.
  private var first = 0

  var isEmpty: Bool { first == ends.count }

  mutating func append(_ datagram: [UInt8]) {
    bytes.append(contentsOf: datagram)
    ends.append(UInt32(bytes.count))
  }

  /// Lends the bytes, where the first datagram begins, and the offsets after each.
  func withPending<Result>(
    _ body: (UnsafePointer<UInt8>?, UInt32, UnsafeBufferPointer<UInt32>) -> Result
  ) -> Result {
    let start = first == 0 ? 0 : ends[first - 1]
    return bytes.withUnsafeBufferPointer { bytes in
      ends.withUnsafeBufferPointer { ends in
        body(bytes.baseAddress, start, UnsafeBufferPointer(rebasing: ends[first...]))
      }
    }
  }

  /// Takes datagrams off the front.
  mutating func drop(_ count: Int) {
    first += count
    guard isEmpty else { return }
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    first = 0
  }

  /// Takes the first datagram off the queue.
  mutating func popFirst() -> ArraySlice<UInt8>? {
    guard !isEmpty else { return nil }
    let start = first == 0 ? 0 : Int(ends[first - 1])
    let datagram = bytes[start..<Int(ends[first])]
    drop(1)
    return datagram
  }
}
