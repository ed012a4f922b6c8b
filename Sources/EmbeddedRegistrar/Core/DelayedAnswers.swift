import SIP

/// Answers that wait for a scripted delay, the earliest first.
struct DelayedAnswers: Sendable {
  private struct Entry {
    var at: Instant
    var answer: [UInt8]
    var path: AnswerPath
    var key: ServerTransactions.Key?
  }

  private let capacity: Int
  private var entries: [Entry] = []
  private var first = 0

  init(capacity: Int) { self.capacity = capacity }

  var earliest: Instant? { first < entries.count ? entries[first].at : nil }

  /// Adds an answer; one too many is dropped.
  ///
  /// - Returns: true if it is now the earliest.
  mutating func add(
    _ answer: [UInt8],
    by path: AnswerPath,
    key: ServerTransactions.Key?,
    at time: Instant
  ) -> Bool {
    guard entries.count - first < capacity else { return false }
    // Delays are mostly alike, so the place is mostly the end.
    var position = entries.count
    while position > first, entries[position - 1].at > time { position -= 1 }
    entries.insert(Entry(at: time, answer: answer, path: path, key: key), at: position)
    return position == first
  }

  /// Takes the next answer that is due.
  mutating func next(at now: Instant) -> (answer: [UInt8], path: AnswerPath, key: ServerTransactions.Key?)? {
    guard first < entries.count, entries[first].at <= now else { return nil }
    let entry = entries[first]
    first += 1
    if first == entries.count {
      entries.removeAll(keepingCapacity: true)
      first = 0
    } else if first > 4096, first * 2 > entries.count {
      entries.removeFirst(first)
      first = 0
    }
    return (entry.answer, entry.path, entry.key)
  }

  mutating func removeAll() {
    entries.removeAll()
    first = 0
  }
}
