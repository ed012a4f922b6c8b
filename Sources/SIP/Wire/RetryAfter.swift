/// A Retry-After: how long to wait, and how long the other side will then be there (RFC 3261, 20.33).
package struct RetryAfter: Equatable, Sendable {
  /// In seconds, a number too large clamped.
  package var seconds: UInt32
  /// The `duration` parameter in seconds.
  package var duration: UInt32?

  package init(seconds: UInt32, duration: UInt32? = nil) {
    self.seconds = seconds
    self.duration = duration
  }

  /// Reads `seconds (comment);duration=seconds`; nil if the number or the comment is malformed.
  package init?(_ value: UnsafeRawBufferPointer) {
    var index = 0
    while index < value.count, value[index].isASCIIDigit { index += 1 }
    guard let seconds = value.slice(0..<index).clampedDecimal else { return nil }
    self.seconds = seconds
    index = value.skippingBlanks(from: index)
    if index < value.count, value[index] == UInt8(ascii: "(") {
      guard let end = value.endOfComment(at: index) else { return nil }
      index = end
    }
    var reader = ParameterReader(value, from: index)
    while let parameter = reader.next() {
      if duration == nil, parameter.name.isEqual(ignoringCase: "duration") {
        duration = parameter.value?.clampedDecimal
      }
    }
    if reader.isMalformed { return nil }
  }
}

extension UnsafeRawBufferPointer {
  /// The offset after a comment, which may hold comments; nil if it never ends.
  fileprivate func endOfComment(at start: Int) -> Int? {
    var depth = 0
    var index = start
    while index < count {
      switch self[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }
}
