import Manifests
import Reconcile
import Testing

struct YAMLLimitTests {
  @Test("SEC-53 a billion laughs is refused at the alias that goes too far, before anything is expanded")
  func aBillionLaughsIsRefused() {
    var text = "x-a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for level in 1...30 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "x-a\(level): &a\(level) [\(aliases)]\n"
    }
    let result = load(text + "accounts: {}\n")
    #expect(result.rules == ["alias-limit"])
    #expect(result.diagnostics.first?.at?.line == 8)
  }

  @Test("SEC-53 nesting ends at 64 levels, in flow and in block form")
  func nestingEndsAt64Levels() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(load("x-deep: \(deep)\n").rules == ["depth"])
    let block = (0..<70).map { String(repeating: " ", count: $0) + "x-k:\n" }.joined()
    #expect(load(block).rules == ["depth"])
    let fine = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(load("x-fine: \(fine)\naccounts: {}\n").rules == [])
  }

  @Test("SEC-53 a file over the limit is refused by its size alone")
  func aFileOverTheLimitIsRefused() {
    var loader = ManifestLoader()
    loader.limits.fileSize = 1 << 20
    let bytes = [UInt8](repeating: 0x20, count: 1 << 20 + 1)
    let result = loader.load([ManifestLoader.Input(path: "big.yaml", bytes: bytes)])
    #expect(result.rules == ["file-size"])
  }

  @Test func anAliasInsideOfWhatItStandsForIsRefused() {
    #expect(load("x-a: &a [ *a ]\n").rules == ["recursive-alias"])
  }

  @Test func aSecondDocumentIsRefused() {
    #expect(load("accounts: {}\n---\naccounts: {}\n").rules == ["documents"])
  }

  @Test("SEC-53 merged keys yield to what is written, and the first merged mapping wins")
  func mergedKeysYieldToWhatIsWritten() throws {
    let text = """
      x-one: &one { expires: 1m, register: false }
      x-two: &two { expires: 2m, description: two }
      x-three: &three { <<: *two, description: three }
      accounts:
        a: { identity: sip:a@example.com, expires: 9m, <<: [*one, *two] }
        b: { identity: sip:b@example.com, <<: [*two, *one] }
        c: { identity: sip:c@example.com, <<: *three }
      """
    let accounts = try #require(load(text).desired).accounts.map(\.account)
    #expect(accounts.map(\.expires) == [540, 120, 120])
    #expect(accounts.map(\.register) == [false, false, true])
    #expect(accounts.map(\.description) == ["two", "two", "three"])
  }

  @Test func aByteOrderMarkIsSkippedAndUTF16IsNamed() {
    #expect(load("\u{feff}apiVersion: sipreconcile/v1\nowner: o\naccounts: {}\n", header: false).rules == [])
    let utf16 = ManifestLoader().load([ManifestLoader.Input(path: "a.yaml", bytes: [0xff, 0xfe, 0x61, 0])])
    #expect(utf16.rules == ["encoding"])
  }
}
