/// What a short text stands for, worked out once for each text.
struct ChoiceCache<Value: Sendable>: Sendable {
  private var table = ByteTable()
  private var values: [Value] = []

  /// Past this number of texts nothing more is kept.
  private static var limit: Int { 4096 }

  func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Value? { table.find(bytes).map { values[$0] } }

  mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>, _ value: Value) {
    guard values.count < ChoiceCache.limit, table.insert(bytes).isNew else { return }
    values.append(value)
  }

  mutating func insert(_ text: String, _ value: Value) {
    var text = text
    text.withUTF8 { insert($0, value) }
  }
}
