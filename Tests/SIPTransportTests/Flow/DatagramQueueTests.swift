import Testing

@testable import SIPTransport

struct DatagramQueueTests {
  private func lengths(_ queue: borrowing DatagramQueue) -> [Int] {
    queue.withPending { _, start, ends in
      zip([start] + ends, ends).map { Int($1) - Int($0) }
    }
  }

  @Test func datagramsLieOneAfterTheOther() {
    var queue = DatagramQueue()
    queue.append([1, 2, 3])
    queue.append([])
    queue.append([4])
    #expect(lengths(queue) == [3, 0, 1])
    let bytes = queue.withPending { bytes, start, ends in
      Array(UnsafeBufferPointer(start: bytes, count: Int(ends.last ?? 0))[Int(start)...])
    }
    #expect(bytes == [1, 2, 3, 4])
  }

  @Test func whatWasSentIsOffTheQueueAndTheRestStays() {
    var queue = DatagramQueue()
    for length in 1...3 { queue.append(Array(repeating: 7, count: length)) }
    queue.drop(2)
    #expect(lengths(queue) == [3])
    #expect(!queue.isEmpty)
    queue.drop(1)
    #expect(queue.isEmpty)
  }

  @Test func queueThatWasEmptiedBeginsAnew() {
    var queue = DatagramQueue()
    queue.append([1, 2])
    queue.drop(1)
    queue.append([3])
    #expect(queue.popFirst() == [3])
    #expect(queue.popFirst() == nil)
  }
}
