/// Reads JSON from front to back without building a tree. Bad input throws; nothing is read past the end.
struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  static let maximumDepth = 32

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Calls `member` for each key, which must read or skip its value.
  mutating func object(
    _ member: (inout JSONReader, String) throws(MalformedAccount) -> Void
  ) throws(MalformedAccount) {
    try nest(UInt8(ascii: "{"), UInt8(ascii: "}")) { (reader) throws(MalformedAccount) in
      let name = try reader.string()
      try reader.expect(UInt8(ascii: ":"))
      try member(&reader, name)
    }
  }

  mutating func array<Element>(
    _ element: (inout JSONReader) throws(MalformedAccount) -> Element
  ) throws(MalformedAccount) -> [Element] {
    var elements: [Element] = []
    try nest(UInt8(ascii: "["), UInt8(ascii: "]")) { (reader) throws(MalformedAccount) in
      elements.append(try element(&reader))
    }
    return elements
  }

  mutating func string() throws(MalformedAccount) -> String {
    try expect(UInt8(ascii: "\""))
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = try String(validUTF8: UnsafeBufferPointer(rebasing: bytes[start..<position]))
        position += 1
        return text
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw malformed("a control character")
      default: position += 1
      }
    }
    throw malformed("an unfinished text")
  }

  mutating func number() throws(MalformedAccount) -> UInt32 {
    skipSpace()
    var value: UInt32 = 0
    let start = position
    while position < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] {
      let (product, high) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt32(bytes[position] - UInt8(ascii: "0")))
      if high || carry { throw malformed("a number that is too large") }
      value = sum
      position += 1
    }
    guard position > start else { throw malformed("no number") }
    return value
  }

  mutating func bool() throws(MalformedAccount) -> Bool {
    if accept("true") { return true }
    if accept("false") { return false }
    throw malformed("neither true nor false")
  }

  /// True where the next value is `null`, which is then read.
  mutating func null() -> Bool { accept("null") }

  mutating func skip() throws(MalformedAccount) {
    skipSpace()
    guard position < bytes.count else { throw malformed("no value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): try object { (reader, _) throws(MalformedAccount) in try reader.skip() }
    case UInt8(ascii: "["): _ = try array { (reader) throws(MalformedAccount) in try reader.skip() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): guard null() else { throw malformed("no value") }
    default: try skipNumber()
    }
  }

  mutating func end() throws(MalformedAccount) {
    skipSpace()
    if position != bytes.count { throw malformed("text after the end") }
  }

  func malformed(_ what: String) -> MalformedAccount { MalformedAccount("\(what) at byte \(position)") }
}

extension JSONReader {
  private mutating func nest(
    _ opening: UInt8,
    _ closing: UInt8,
    _ item: (inout JSONReader) throws(MalformedAccount) -> Void
  ) throws(MalformedAccount) {
    try expect(opening)
    depth += 1
    guard depth <= JSONReader.maximumDepth else { throw malformed("too many levels") }
    defer { depth -= 1 }
    if accept(closing) { return }
    while true {
      try item(&self)
      if accept(closing) { return }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func escapedString(from start: Int) throws(MalformedAccount) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(unescaped)
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      case 0..<0x20: throw malformed("a control character")
      default: unescaped.append(byte)
      }
    }
    throw malformed("an unfinished text")
  }

  private func text(_ bytes: [UInt8]) throws(MalformedAccount) -> String {
    try bytes.withUnsafeBufferPointer { (bytes) throws(MalformedAccount) in try String(validUTF8: bytes) }
  }

  private mutating func escape(into unescaped: inout [UInt8]) throws(MalformedAccount) {
    guard position < bytes.count else { throw malformed("an unfinished text") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(8)
    case UInt8(ascii: "f"): unescaped.append(12)
    case UInt8(ascii: "n"): unescaped.append(10)
    case UInt8(ascii: "r"): unescaped.append(13)
    case UInt8(ascii: "t"): unescaped.append(9)
    case UInt8(ascii: "u"): unescaped.append(contentsOf: Character(try escapedScalar()).utf8)
    default: throw malformed("an unknown escape")
    }
  }

  private mutating func escapedScalar() throws(MalformedAccount) -> Unicode.Scalar {
    let high = try hexadecimal()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, accept("\\u", skippingSpace: false) else { throw malformed("half a surrogate pair") }
    let low = try hexadecimal()
    guard 0xDC00...0xDFFF ~= low,
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw malformed("half a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(MalformedAccount) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else {
        throw malformed("no hexadecimal digit")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func skipNumber() throws(MalformedAccount) {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        position += 1
        continue
      default: break
      }
      break
    }
    if position == start { throw malformed("no value") }
  }

  private mutating func expect(_ byte: UInt8) throws(MalformedAccount) {
    guard accept(byte) else { throw malformed("no “\(Character(Unicode.Scalar(byte)))”") }
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func accept(_ word: StaticString, skippingSpace: Bool = true) -> Bool {
    if skippingSpace { skipSpace() }
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    for offset in 0..<count where bytes[position + offset] != word.utf8Start[offset] { return false }
    position += count
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }
}
