/// The values of one mapping's known keys, each by its key's number; without a heap allocation.
struct Fields {
  /// The mapping itself.
  let mapping: YAMLTree.Index
  private var values = SIMD32<UInt32>()
  private var keys = SIMD32<UInt32>()

  init(mapping: YAMLTree.Index) { self.mapping = mapping }

  /// The value's node. Node 0 is the root, which is no value.
  @inline(__always)
  subscript<Key: RawRepresentable<Int>>(key: Key) -> YAMLTree.Index? {
    value(key.rawValue)
  }

  /// How many keys are there.
  var count: Int {
    var count = 0
    for number in 0..<32 where values[number] != 0 { count += 1 }
    return count
  }

  @inline(__always)
  func value(_ number: Int) -> YAMLTree.Index? {
    let value = values[number]
    return value == 0 ? nil : value
  }

  /// The key's node; only for a key that is there.
  @inline(__always)
  func key(_ number: Int) -> YAMLTree.Index { keys[number] }

  @inline(__always)
  mutating func set(_ number: Int, key: YAMLTree.Index, value: YAMLTree.Index) {
    keys[number] = key
    values[number] = value
  }
}
