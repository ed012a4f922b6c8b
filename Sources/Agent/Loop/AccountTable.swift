import Reconcile

/// A dictionary by account for large values: they lie side by side, where a dictionary keeps up to twice as much
/// room free. Their order is of no meaning.
struct AccountTable<Value> {
  private var numbers: [AccountID: Int32] = [:]
  private var entries: [(id: AccountID, value: Value)] = []

  var values: some Sequence<Value> { entries.lazy.map(\.value) }

  /// The accounts with such a value.
  func ids(where isWanted: (Value) -> Bool) -> Set<AccountID> {
    var ids: Set<AccountID> = []
    for entry in entries where isWanted(entry.value) { ids.insert(entry.id) }
    return ids
  }

  mutating func reserveCapacity(_ count: Int) {
    numbers.reserveCapacity(count)
    entries.reserveCapacity(count)
  }

  subscript(id: AccountID) -> Value? {
    get { numbers[id].map { entries[Int($0)].value } }
    set {
      guard let newValue else { return remove(id) }
      if let number = numbers[id] { entries[Int(number)].value = newValue } else { _ = append(id, newValue) }
    }
  }

  /// The default becomes the account's value where it has none and this one is written to.
  subscript(id: AccountID, default value: @autoclosure () -> Value) -> Value {
    get { self[id] ?? value() }
    _modify {
      let number = numbers[id] ?? append(id, value())
      yield &entries[Int(number)].value
    }
  }

  mutating func changeAll(_ body: (inout Value) -> Void) {
    for number in entries.indices { body(&entries[number].value) }
  }

  private mutating func remove(_ id: AccountID) {
    guard let number = numbers.removeValue(forKey: id) else { return }
    let last = entries.removeLast()
    guard number < entries.count else { return }
    entries[Int(number)] = last
    numbers[last.id] = number
  }

  private mutating func append(_ id: AccountID, _ value: Value) -> Int32 {
    let number = Int32(entries.count)
    entries.append((id, value))
    numbers[id] = number
    return number
  }
}

extension AccountTable: Sendable where Value: Sendable {}

extension AccountTable: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (AccountID, Value)...) {
    for (id, value) in elements { self[id] = value }
  }
}
