/// Reads the `;name=value` parameters of a header value from left to right.
///
/// Names and values are raw: a quoted value keeps its quotes. White space around `;` and `=` is skipped, and
/// an empty parameter (`;;`) is passed over and remembered.
package struct ParameterReader {
  package struct Parameter {
    package var name: UnsafeRawBufferPointer
    /// nil for a parameter without `=`.
    package var value: UnsafeRawBufferPointer?
    /// From the `;` to the end of the value, in the bytes given to the reader.
    package var range: Range<Int>
  }

  private let bytes: UnsafeRawBufferPointer
  private var index: Int
  /// True once something was found that is no parameter; reading ends there.
  package private(set) var isMalformed = false
  /// True once an empty parameter was passed over.
  package private(set) var hasEmptyParameter = false

  /// The bytes begin with white space or the `;` of the first parameter.
  package init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) {
    self.bytes = bytes
    index = start
  }

  package mutating func next() -> Parameter? {
    while !isMalformed {
      index = bytes.skippingBlanks(from: index)
      guard index < bytes.count else { return nil }
      guard bytes[index] == UInt8(ascii: ";") else { return fail() }
      let start = index
      index = bytes.skippingBlanks(from: index + 1)
      if index == bytes.count || bytes[index] == UInt8(ascii: ";") {
        hasEmptyParameter = true
        continue
      }
      return parameter(from: start)
    }
    return nil
  }

  private mutating func parameter(from start: Int) -> Parameter? {
    let nameStart = index
    while index < bytes.count, bytes[index].isToken { index += 1 }
    let name = bytes.slice(nameStart..<index)
    guard !name.isEmpty else { return fail() }
    let nameEnd = index
    index = bytes.skippingBlanks(from: index)
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
      return Parameter(name: name, value: nil, range: start..<nameEnd)
    }
    index = bytes.skippingBlanks(from: index + 1)
    let valueStart = index
    if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      guard let end = bytes.endOfQuotedString(at: index) else { return fail() }
      index = end
    } else {
      while index < bytes.count, bytes[index] != UInt8(ascii: ";"), !bytes[index].isBlank { index += 1 }
    }
    return Parameter(name: name, value: bytes.slice(valueStart..<index), range: start..<index)
  }

  private mutating func fail() -> Parameter? {
    isMalformed = true
    return nil
  }
}
