/// Bytes put together in memory that somebody else owns: the input of a hash, or a header row.
package struct ScratchBytes {
  private let memory: UnsafeMutableRawBufferPointer
  private var count = 0

  package init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

  package var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  package mutating func put(_ byte: UInt8) {
    memory[count] = byte
    count += 1
  }

  package mutating func put(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    precondition(bytes.count <= memory.count - count, "more bytes than the memory has room for")
    (memory.baseAddress! + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  package mutating func put(_ text: StaticString) {
    put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Puts the UTF-8 bytes of a text as they are.
  package mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
  }

  /// Puts a number as sixteen hexadecimal digits in lower case.
  package mutating func put(hex number: UInt64) {
    put(hex: UInt32(truncatingIfNeeded: number >> 32))
    put(hex: UInt32(truncatingIfNeeded: number))
  }

  /// Puts a number as eight hexadecimal digits in lower case.
  package mutating func put(hex number: UInt32) {
    withUnsafeBytes(of: number.hexDigits) { put($0) }
  }

  /// Puts a hash value as hexadecimal digits in lower case.
  package mutating func put(hex value: HashValue) {
    value.withHexDigits { put($0) }
  }

  /// Puts the content of a quoted string without the backslashes of its escapes (RFC 3261, 25.1).
  package mutating func put(unescaping bytes: UnsafeRawBufferPointer) {
    guard bytes.contains(UInt8(ascii: "\\")) else { return put(bytes) }
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
      put(bytes[index])
      index += 1
    }
  }

  /// Puts a text as the content of a quoted string.
  package mutating func put(escaping text: String) {
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { put(UInt8(ascii: "\\")) }
      put(byte)
    }
  }
}
