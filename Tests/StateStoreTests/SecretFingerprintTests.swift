import SIP
import Testing

@testable import StateStore

@Suite struct SecretFingerprintTests {
  let folder: TemporaryFolder
  let store: StateStore

  init() throws {
    folder = try TemporaryFolder()
    store = try StateStore.open(at: folder.file("a.db"), owner: "office", access: .readWrite)
  }

  private func password(_ name: String, _ password: String, realm: String? = nil) -> Credential {
    Credential(username: name, realm: realm, proof: .password(Secret(password)))
  }

  @Test func itIsTheSameAfterReopening() throws {
    let before = store.secretFingerprint(of: [password("a", "b")])
    let again = try StateStore.open(at: folder.file("a.db"), owner: "office", access: .readOnly)
    #expect(again.secretFingerprint(of: [password("a", "b")]) == before)
    #expect(before?.count == 32)
  }

  @Test func eachStateHasItsOwnKey() throws {
    let other = try StateStore.open(at: folder.file("b.db"), owner: "office", access: .readWrite)
    #expect(
      other.secretFingerprint(of: [password("a", "b")]) != store.secretFingerprint(of: [password("a", "b")])
    )
  }

  @Test func everyPartCounts() {
    var restricted = password("a", "b")
    restricted.algorithms = [.sha256]
    let all: [[Credential]] = [
      [password("a", "b")], [password("a", "c")], [password("c", "b")], [password("ab", "")],
      [password("", "ab")],
      [password("a", "b", realm: "")], [password("a", "b", realm: "r")], [restricted],
      [Credential(username: "a", proof: .ha1(Secret("b"), .md5))],
      [Credential(username: "a", proof: .ha1(Secret("b"), .sha256))],
      [password("a", "b"), password("c", "d")], [password("c", "d"), password("a", "b")],
    ]
    #expect(Set(all.map { store.secretFingerprint(of: $0) }).count == all.count)
  }

  @Test func withoutCredentialsThereIsNone() {
    #expect(store.secretFingerprint(of: []) == nil)
  }
}
