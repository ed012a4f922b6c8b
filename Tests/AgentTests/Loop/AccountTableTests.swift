import Reconcile
import Testing

@testable import Agent

@Suite struct AccountTableTests {
  @Test func itKeepsWhatADictionaryKeeps() {
    var random = SystemRandomNumberGenerator()
    var table: AccountTable<Int> = [:]
    var dictionary: [AccountID: Int] = [:]
    for step in 0..<5000 {
      let id = AccountID("a\(Int.random(in: 0..<40, using: &random))")
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        table[id] = step
        dictionary[id] = step
      case 1:
        table[id] = nil
        dictionary[id] = nil
      case 2:
        table[id, default: 7] += 1
        dictionary[id, default: 7] += 1
      default:
        #expect(table[id, default: -1] == dictionary[id, default: -1])
      }
      #expect(table[id] == dictionary[id])
    }
    #expect(table.values.sorted() == dictionary.values.sorted())
    #expect(table.ids { $0.isMultiple(of: 2) } == Set(dictionary.filter { $0.value.isMultiple(of: 2) }.keys))
    table.changeAll { $0 = -$0 }
    #expect(table.values.sorted() == dictionary.values.map { -$0 }.sorted())
  }
}
