import SIP

/// The nonces that were given out: a ring of slots, so that it never grows and each is found at once.
///
/// A nonce is the number of its issue and 64 random bits, both in hexadecimal. When its slot is needed again
/// it is forgotten, which the client sees as `stale`.
struct NonceStore: Sendable {
  /// How a nonce that came back may be used.
  enum Verdict: Equatable {
    case fresh
    /// Too old, forgotten, or used before with this or a higher count.
    case stale
  }

  private struct Slot {
    var issue: UInt64
    var secret: UInt64
    var issuedAt: Instant
    var lastCount: UInt32
  }

  static let textLength = 32

  private let capacity: Int
  private let lifetime: Duration
  private var slots: [Slot] = []
  private var issued: UInt64 = 0
  /// H(A1) of the sessions of `-sess` algorithms, by the issue of their nonce.
  private var sessions: [UInt64: HashValue] = [:]

  init(capacity: Int, lifetime: Duration) {
    self.capacity = max(1, capacity)
    self.lifetime = lifetime
  }

  /// Makes a nonce and appends its text.
  mutating func issue(at now: Instant, random: UInt64, to bytes: inout [UInt8]) {
    issued += 1
    let slot = Slot(issue: issued, secret: random, issuedAt: now, lastCount: 0)
    if slots.count < capacity {
      slots.append(slot)
    } else {
      let position = Int((issued - 1) % UInt64(capacity))
      sessions.removeValue(forKey: slots[position].issue)
      slots[position] = slot
    }
    bytes.append(hexadecimal: issued, digits: 16)
    bytes.append(hexadecimal: random, digits: 16)
  }

  /// Judges a nonce and its count, and remembers the count if both are good.
  mutating func use(_ text: UnsafeRawBufferPointer, count: UInt32, at now: Instant) -> Verdict {
    guard let position = position(of: text), now - slots[position].issuedAt <= lifetime,
      count > slots[position].lastCount
    else { return .stale }
    slots[position].lastCount = count
    return .fresh
  }

  /// H(A1) of the session that a nonce began; made on its first use.
  mutating func session(_ text: UnsafeRawBufferPointer, make: () -> HashValue) -> HashValue {
    guard let position = position(of: text) else { return make() }
    let issue = slots[position].issue
    if slots[position].lastCount > 0, let known = sessions[issue] { return known }
    let made = make()
    sessions[issue] = made
    return made
  }

  mutating func forgetAll() {
    slots.removeAll(keepingCapacity: true)
    sessions.removeAll()
    // Issues go on counting: a nonce of before stays unknown.
    let offset = issued % UInt64(capacity)
    if offset > 0 { issued += UInt64(capacity) - offset }
  }

  private func position(of text: UnsafeRawBufferPointer) -> Int? {
    guard text.count == NonceStore.textLength, let issue = text.slice(0..<16).hexadecimal,
      let secret = text.slice(16..<32).hexadecimal, issue > 0
    else { return nil }
    let position = Int((issue - 1) % UInt64(capacity))
    guard position < slots.count, slots[position].issue == issue, slots[position].secret == secret else {
      return nil
    }
    return position
  }
}

extension UnsafeRawBufferPointer {
  /// The value of up to sixteen hexadecimal digits.
  fileprivate var hexadecimal: UInt64? {
    var value: UInt64 = 0
    for byte in self {
      guard let digit = byte.hexDigitValue else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }
}
