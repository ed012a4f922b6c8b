/// Something that takes bytes in order: a message under construction, or the input of a hash.
package protocol ByteSink {
  mutating func put(_ byte: UInt8)
  mutating func put(_ bytes: UnsafeRawBufferPointer)
}

extension [UInt8]: ByteSink {
  package mutating func put(_ byte: UInt8) { append(byte) }
  package mutating func put(_ bytes: UnsafeRawBufferPointer) { append(contentsOf: bytes) }
}

extension ByteSink {
  package mutating func put(_ text: StaticString) {
    put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Puts the UTF-8 bytes of a text as they are.
  package mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
  }

  /// Puts the last `digits` hexadecimal digits of a number, in lower case.
  package mutating func put(hex number: UInt64, digits: Int) {
    withUnsafeTemporaryAllocation(byteCount: digits, alignment: 1) { scratch in
      scratch.write(hex: number, digits: digits, at: 0)
      put(UnsafeRawBufferPointer(scratch))
    }
  }

  /// Puts a hash value as hexadecimal digits in lower case.
  package mutating func put(hex value: HashValue) {
    value.withHexDigits { put($0) }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Writes the last `digits` hexadecimal digits of a number, in lower case.
  func write(hex number: UInt64, digits: Int, at offset: Int) {
    var rest = number
    for index in stride(from: offset + digits - 1, through: offset, by: -1) {
      let nibble = UInt8(truncatingIfNeeded: rest & 15)
      self[index] = nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
      rest >>= 4
    }
  }
}
