/// A copy of a message's start line and headers in which each folded line is joined to the one before by
/// one space (RFC 3261, 7.3.1). Made only for the rare message that folds.
final class UnfoldedHead: Sendable {
  /// Written once in `init`, then only read, and freed with the object.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Copies a head, up to and with the empty line that ends it, or all there is if none does.
  init(of head: UnsafeRawBufferPointer) {
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, head.count), alignment: 1)
    var length = 0
    var index = 0
    while index < head.count {
      let byte = head[index]
      storage[length] = byte
      length += 1
      index += 1
      guard byte == 0x0a, index < head.count, head[index].isBlank else { continue }
      length -= 1
      if length > 0, storage[length - 1] == 0x0d { length -= 1 }
      while length > 0, storage[length - 1].isBlank { length -= 1 }
      index = head.skippingBlanks(from: index)
      storage[length] = 0x20
      length += 1
    }
    bytes = UnsafeRawBufferPointer(rebasing: storage[..<length])
  }

  deinit { bytes.deallocate() }
}
