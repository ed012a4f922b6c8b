/// Splits a header row into the values between its commas; a comma within quotes or angle brackets does not
/// count (RFC 3261, 7.3.1).
package struct ListReader {
  private let bytes: UnsafeRawBufferPointer
  private var index = 0
  private let hasAddresses: Bool

  /// - Parameter hasAddresses: true for a header whose values may hold `<…>`.
  package init(_ bytes: UnsafeRawBufferPointer, hasAddresses: Bool) {
    self.bytes = bytes
    self.hasAddresses = hasAddresses
  }

  /// The next value, trimmed; empty values are left out.
  package mutating func next() -> UnsafeRawBufferPointer? {
    while index < bytes.count {
      let start = index
      skipValue()
      let value = bytes.slice(start..<min(index, bytes.count)).trimmed
      index += 1
      if !value.isEmpty { return value }
    }
    return nil
  }

  private mutating func skipValue() {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: ","): return
      case UInt8(ascii: "\""): index = bytes.endOfQuotedString(at: index) ?? bytes.count
      case UInt8(ascii: "<") where hasAddresses:
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
      default: index += 1
      }
    }
  }
}
