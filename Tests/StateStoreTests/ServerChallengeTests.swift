import GRDB
import Reconcile
import SIP
import Testing

@testable import StateStore

struct ServerChallengeTests {
  @Test(
    "SEC-25 SEC-28 how a server asked is kept with the next rows, and a stronger challenge takes its place"
  )
  func kept() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("state.db")
    let store = try StateStore.open(at: path, owner: "test", access: .readWrite)
    var challenge = ServerChallenge(
      server: "192.0.2.1:5060",
      domain: "example.com",
      realm: "r",
      algorithm: .md5,
      hasQOP: false
    )
    store.learn(challenge)
    #expect(try store.serverChallenges() == [])
    try await store.write([])
    #expect(try store.serverChallenges() == [challenge])
    challenge.algorithm = .sha256
    store.learn(challenge)
    try await store.write([])
    let later = try StateStore.open(at: path, owner: "test", access: .readOnly)
    #expect(try later.serverChallenges() == [challenge])
  }
}
