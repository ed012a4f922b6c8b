/// Walks over `name = value` parameters of a challenge or an Authentication-Info, without copying anything
/// (RFC 3261, 25.1: `auth-param`, with white space around `=` and `,`).
package struct AuthenticationParameters {
  /// One thing found in a row; the buffers are slices of the row.
  package enum Item {
    /// `name=value`; the value is what stands between the quotes, or the bare text.
    case parameter(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)
    /// A word that is followed by another word: a scheme begins.
    case scheme(UnsafeRawBufferPointer)
    case malformed
  }

  private let row: UnsafeRawBufferPointer
  private var index = 0

  package init(_ row: UnsafeRawBufferPointer) { self.row = row }

  /// The scheme at the very start of a row: a word that need not be followed by anything.
  package mutating func firstScheme() -> UnsafeRawBufferPointer? {
    skip { $0.isBlank || $0 == UInt8(ascii: ",") }
    let word = self.word()
    return word.isEmpty ? nil : word
  }

  /// The next item; nil at the end. A word that stands alone between commas is passed over: it is nothing
  /// that could be answered.
  package mutating func next() -> Item? {
    while true {
      skip { $0.isBlank || $0 == UInt8(ascii: ",") }
      guard index < row.count else { return nil }
      let name = word()
      guard !name.isEmpty else { return .malformed }
      skip { $0.isBlank }
      if index < row.count, row[index] == UInt8(ascii: "=") {
        index += 1
        skip { $0.isBlank }
        guard let value = value() else { return .malformed }
        return .parameter(name: name, value: value)
      }
      if index < row.count, row[index] != UInt8(ascii: ",") { return .scheme(name) }
    }
  }

  private mutating func skip(while matches: (UInt8) -> Bool) {
    while index < row.count, matches(row[index]) { index += 1 }
  }

  /// Up to a blank, a comma, an equals sign or a quote.
  private mutating func word() -> UnsafeRawBufferPointer {
    let start = index
    skip { byte in
      !byte.isBlank && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\"")
    }
    return UnsafeRawBufferPointer(rebasing: row[start..<index])
  }

  private mutating func value() -> UnsafeRawBufferPointer? {
    guard index < row.count, row[index] == UInt8(ascii: "\"") else { return bareValue() }
    index += 1
    let start = index
    while index < row.count {
      if row[index] == UInt8(ascii: "\"") {
        index += 1
        return UnsafeRawBufferPointer(rebasing: row[start..<index - 1])
      }
      index += row[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// A value without quotes, which may hold what base64 holds; a quote or backslash in it would be echoed
  /// as something else.
  private mutating func bareValue() -> UnsafeRawBufferPointer? {
    let start = index
    skip { !$0.isBlank && $0 != UInt8(ascii: ",") }
    let value = UnsafeRawBufferPointer(rebasing: row[start..<index])
    let isClean = value.allSatisfy { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    return isClean ? value : nil
  }
}
