import Reconcile
import SIP
import Testing

@Suite struct RailsTests {
  let now = Timestamp(milliseconds: 1_800_000_000_000)

  func refusals(
    declared: [Account],
    owned: [Account],
    otherOwners: [AccountID: String] = [:],
    _ body: (inout PlanOptions) -> Void = { _ in }
  ) -> [Refusal] {
    var options = PlanOptions()
    body(&options)
    var observed = ObservedState(at: now)
    observed.otherOwners = otherOwners
    observed.owned = owned.map { account in
      var row = OwnedRegistration(callID: account.id.name, account: account, phase: .bound, updatedAt: now)
      row.contact = "sip:\(account.id)@192.0.2.10"
      row.expiresAt = now + .seconds(600)
      return row
    }
    let desired = DesiredState(owner: "office", accounts: declared.map { DesiredAccount($0) })
    return Planner(options: options).plan(desired: desired, observed: observed).refusals
  }

  func accounts(_ range: Range<Int>) -> [Account] { range.map { .named("a\($0)") } }

  @Test(
    "thirty per cent of ten may go, and not four",
    arguments: [(3, [] as [String]), (4, ["--allow-unregister 4"])]
  )
  func aShareMayGo(removed: Int, options: [String]) {
    let refusals = refusals(declared: accounts(removed..<10), owned: accounts(0..<10))
    #expect(refusals.map(\.option) == options)
  }

  @Test func fewerThanFiveAreNotMeasuredByShare() {
    #expect(refusals(declared: accounts(3..<4), owned: accounts(0..<4)).isEmpty)
  }

  @Test func allOfThemNeverGoUnasked() {
    #expect(
      refusals(declared: [.named("new")], owned: accounts(0..<2)).map(\.option) == ["--allow-unregister 2"]
    )
  }

  @Test func aReplaceCountsAndARegisterDoesNot() {
    var changed = accounts(0..<10)
    for index in 0..<4 { changed[index].identity.uri.user = "other\(index)" }
    let refused = refusals(declared: changed + accounts(10..<50), owned: accounts(0..<10))
    #expect(refused.map(\.rule) == ["max-unregister"])
    #expect(
      refusals(declared: changed, owned: accounts(0..<10)) { $0.allowUnregister = 4 }.isEmpty
    )
    #expect(
      refusals(declared: changed, owned: accounts(0..<10)) { $0.allowUnregister = 3 }.count == 1
    )
  }

  @Test("REC-82 an empty manifest does nothing unless that is said")
  func anEmptyManifestDoesNothing() {
    #expect(
      refusals(declared: [], owned: accounts(0..<10)).map(\.option) == [
        "--allow-empty", "--allow-unregister 10",
      ]
    )
    #expect(
      refusals(declared: [], owned: accounts(0..<10)) {
        $0.allowEmpty = true
        $0.allowUnregister = 10
      }.isEmpty
    )
  }

  @Test func anotherOwnersAccountIsTakenOnlyByName() {
    let others: [AccountID: String] = ["a0": "lab"]
    let refused = refusals(declared: accounts(0..<2), owned: [], otherOwners: others)
    #expect(refused.map(\.option) == ["--takeover lab"])
    #expect(
      refusals(declared: accounts(0..<2), owned: [], otherOwners: others) { $0.takeover = "lab" }.isEmpty
    )
  }

  @Test("REC-31 a circle of dependencies is refused, not followed")
  func aCircleIsRefused() {
    let refused = refusals(declared: [.named("a", on: "b"), .named("b", on: "a")], owned: [])
    #expect(refused.map(\.rule) == ["dependency-cycle", "dependency-cycle"])
  }
}
