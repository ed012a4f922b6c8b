/// The requests that a fault strikes: those that fit, in the order in which they come.
package struct FaultSelection: Equatable, Sendable {
  /// An address of record as `user@host`, `*` standing for any characters; nil fits all.
  package var identity: String?
  /// True for requests with credentials only, false for those without; nil for both.
  package var hasCredentials: Bool?
  /// So many requests that fit are spared first.
  package var after = 0
  /// So many are struck then; nil means all.
  package var count: Int?
  /// Of those to be struck, the share that is: 0 to 1.
  package var probability = 1.0
  /// True counts the requests of each address of record on its own.
  package var isPerIdentity = false

  package init(
    identity: String? = nil,
    hasCredentials: Bool? = nil,
    after: Int = 0,
    count: Int? = nil,
    probability: Double = 1,
    isPerIdentity: Bool = false
  ) {
    self.identity = identity
    self.hasCredentials = hasCredentials
    self.after = after
    self.count = count
    self.probability = probability
    self.isPerIdentity = isPerIdentity
  }

  /// True if a request is of the kind, before any counting.
  func fits(identity other: String, hasCredentials: Bool) -> Bool {
    if let wanted = self.hasCredentials, wanted != hasCredentials { return false }
    guard let identity else { return true }
    return FaultSelection.matches(Array(other.utf8)[...], Array(identity.utf8)[...])
  }

  /// True if the number of a request that fits, from 1, is among those to be struck.
  func strikes(number: Int) -> Bool {
    number > after && (count.map { number - after <= $0 } ?? true)
  }

  /// `*` stands for any characters; the rest compares byte by byte. Linear: only the last `*` is retried.
  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var (t, p) = (text.startIndex, pattern.startIndex)
    var retry: (text: Int, pattern: Int)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
        retry = (t, p + 1)
        p += 1
      } else if p < pattern.endIndex, pattern[p] == text[t] {
        t += 1
        p += 1
      } else if let last = retry {
        retry = (last.text + 1, last.pattern)
        t = last.text + 1
        p = last.pattern
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
