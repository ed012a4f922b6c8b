import Testing

@testable import StateStore

@Suite struct StatePathTests {
  @Test func itIsUnderXDGStateHome() {
    #expect(
      StateStore.defaultPath(
        owner: "office",
        environment: ["XDG_STATE_HOME": "/var/lib", "HOME": "/home/me"]
      )
        == "/var/lib/sipreconcile/office.db"
    )
  }

  @Test(arguments: [[:], ["XDG_STATE_HOME": ""], ["XDG_STATE_HOME": "relative"]] as [[String: String]])
  func elseUnderTheHomeFolder(environment: [String: String]) {
    let environment = environment.merging(["HOME": "/home/me"]) { $1 }
    #expect(
      StateStore.defaultPath(owner: "office", environment: environment)
        == "/home/me/.local/state/sipreconcile/office.db"
    )
  }

  @Test func anOwnerCannotLeaveTheFolder() {
    let path = { (owner: String) in StateStore.defaultPath(owner: owner, environment: ["HOME": ""]) }
    #expect(path("../a/b") == "/.local/state/sipreconcile/%2E.%2Fa%2Fb.db")
    #expect(path("é") == "/.local/state/sipreconcile/%C3%A9.db")
    #expect(path("a.b") == "/.local/state/sipreconcile/a.b.db")
  }
}
