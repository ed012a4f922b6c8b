/// Numbers texts in the order in which they come, by their bytes: what a dictionary of strings would do,
/// without a string for each look-up.
struct ByteTable {
  private var slots: [UInt32] = Array(repeating: 0, count: 64)
  private var ends: [UInt32] = [0]
  private var hashes: [UInt32] = []
  private var bytes: [UInt8] = []

  var count: Int { hashes.count }

  mutating func reserve(_ count: Int) {
    ends.reserveCapacity(count + 1)
    hashes.reserveCapacity(count)
    bytes.reserveCapacity(count * 16)
    var size = slots.count
    while size < count * 2 { size *= 2 }
    if size > slots.count { rehash(size) }
  }

  /// The number of a text that is here.
  func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = ByteTable.hash(text)
    let slot = slot(of: text, hash: UInt32(truncatingIfNeeded: hash))
    return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
  }

  func find(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { find($0) }
  }

  /// The number of a text, which is the next one for a new text.
  mutating func insert(_ text: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
    let hash = UInt32(truncatingIfNeeded: ByteTable.hash(text))
    var slot = slot(of: text, hash: hash)
    if slots[slot] != 0 { return (Int(slots[slot]) - 1, false) }
    if (count + 1) * 2 > slots.count {
      rehash(slots.count * 2)
      slot = self.slot(of: text, hash: hash)
    }
    bytes.append(contentsOf: text)
    ends.append(UInt32(bytes.count))
    hashes.append(hash)
    slots[slot] = UInt32(count)
    return (count - 1, true)
  }

  mutating func insert(_ text: String) -> (index: Int, isNew: Bool) {
    var text = text
    return text.withUTF8 { insert($0) }
  }

  private func slot(of text: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if hashes[index] == hash, matches(text, index) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func matches(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    let start = Int(ends[index])
    guard Int(ends[index + 1]) - start == text.count else { return false }
    return bytes.withUnsafeBufferPointer { known in
      text.elementsEqual(UnsafeBufferPointer(rebasing: known[start..<start + text.count]))
    }
  }

  private mutating func rehash(_ size: Int) {
    slots = Array(repeating: 0, count: size)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(hash) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// A quick hash of eight bytes at a time.
  @inline(__always)
  static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = UInt64(text.count) &* 0x9e37_79b9_7f4a_7c15
    let raw = UnsafeRawBufferPointer(text)
    var offset = 0
    while offset + 8 <= raw.count {
      hash = mix(hash, raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < raw.count {
      tail = tail << 8 | UInt64(raw[offset])
      offset += 1
    }
    return mix(hash, tail)
  }

  static func hash(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { hash($0) }
  }

  @inline(__always)
  static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
  }
}
