/// The bytes of one hash, put together in memory that somebody else owns.
package struct HashInput: ByteSink {
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
    precondition(bytes.count <= memory.count - count, "a hash input longer than its capacity")
    (memory.baseAddress! + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  /// Puts the content of a quoted string without the backslashes of its escapes (RFC 3261, 25.1).
  package mutating func put(unescaping bytes: UnsafeRawBufferPointer) {
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
      put(bytes[index])
      index += 1
    }
  }
}
