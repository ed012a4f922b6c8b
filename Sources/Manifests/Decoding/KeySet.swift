/// The keys that a mapping may have, found by their bytes.
struct KeySet: Sendable {
  let names: [String]
  private let texts: [[UInt8]]
  /// Open addressing over 128 slots; 0 is free, else the key's number plus one.
  private let slots: [UInt8]

  /// At most 32 names.
  init(_ names: [String]) {
    precondition(names.count <= 32)
    self.names = names
    texts = names.map { Array($0.utf8) }
    var slots = [UInt8](repeating: 0, count: 128)
    for (number, text) in texts.enumerated() {
      var slot = text.withUnsafeBufferPointer { KeySet.slot($0) }
      while slots[slot] != 0 { slot = (slot + 1) & 127 }
      slots[slot] = UInt8(number + 1)
    }
    self.slots = slots
  }

  /// The number of a key; nil for one that is not in the set.
  func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !key.isEmpty else { return nil }
    var slot = KeySet.slot(key)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if KeySet.equal(texts[number], key) { return number }
      slot = (slot + 1) & 127
    }
    return nil
  }

  @inline(__always)
  private static func slot(_ key: UnsafeBufferPointer<UInt8>) -> Int {
    let last = Int(key[key.count - 1])
    return (key.count &* 37 &+ Int(key[0]) &* 5 &+ last &* 11) & 127
  }

  @inline(__always)
  private static func equal(_ text: [UInt8], _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count == key.count else { return false }
    for offset in 0..<text.count where text[offset] != key[offset] { return false }
    return true
  }
}
