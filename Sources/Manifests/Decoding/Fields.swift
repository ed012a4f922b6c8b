/// The values of one mapping's known keys, each by its key's number; without a heap allocation.
struct Fields {
  /// The mapping itself.
  let mapping: YAMLTree.Index
  /// The numbers of the keys that are there.
  private(set) var numbers = KeyBits()
  private var values = SIMD32<UInt32>()

  init(mapping: YAMLTree.Index) { self.mapping = mapping }

  /// The value's node.
  @inline(__always)
  subscript<Key: RawRepresentable<Int>>(key: Key) -> YAMLTree.Index? {
    value(key.rawValue)
  }

  /// How many keys are there.
  var count: Int { numbers.count }

  @inline(__always)
  func value(_ number: Int) -> YAMLTree.Index? {
    numbers.contains(number) ? values[number] : nil
  }

  /// The key's node; only for a key that is there. A key is one node, and its value follows.
  @inline(__always)
  func key(_ number: Int) -> YAMLTree.Index { values[number] - 1 }

  @inline(__always)
  mutating func set(_ number: Int, _ value: YAMLTree.Index) {
    numbers.insert(number)
    values[number] = value
  }
}
