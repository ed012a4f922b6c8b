/// The results of one call that come one by one, in the order of the call.
final class Collected<Value> {
  private var values: [Value?]
  private var missing: Int
  private let done: ([Value]) -> Void

  init(count: Int, finish: @escaping ([Value]) -> Void) {
    values = Array(repeating: nil, count: count)
    missing = count
    done = finish
  }

  /// True once all are there.
  func set(_ value: Value, at position: Int) -> Bool {
    guard values[position] == nil else { return missing == 0 }
    values[position] = value
    missing -= 1
    if missing == 0 { done(values.compactMap { $0 }) }
    return missing == 0
  }

  func finish(filling value: Value) {
    guard missing > 0 else { return }
    missing = 0
    done(values.map { $0 ?? value })
  }
}
