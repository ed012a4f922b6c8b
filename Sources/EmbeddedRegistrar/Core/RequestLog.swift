/// The last requests, for those who count them; the oldest makes room for the newest.
struct RequestLog: Sendable {
  private let capacity: Int
  private var ring: [ReceivedRequest] = []
  private var next = 0
  /// All requests there were, also those that the log has dropped.
  private(set) var total = 0

  init(capacity: Int) { self.capacity = capacity }

  var isOn: Bool { capacity > 0 }

  mutating func add(_ request: ReceivedRequest) {
    if ring.count < capacity {
      ring.append(request)
    } else if capacity > 0 {
      ring[next] = request
      next = next + 1 == capacity ? 0 : next + 1
    }
  }

  mutating func count() { total += 1 }

  /// Oldest first.
  var requests: [ReceivedRequest] { Array(ring[next...] + ring[..<next]) }

  mutating func removeAll() {
    ring.removeAll()
    next = 0
    total = 0
  }
}
