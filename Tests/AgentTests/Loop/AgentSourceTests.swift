import Reconcile
import SIP
import Testing

@testable import Agent

/// Manifests that come from a repository: what the machine makes of commits and of a server that is away.
@Suite struct AgentSourceTests {
  @Test func aNewCommitWithTheSameFilesIsToldAndPlansNothing() {
    var machine = machine(reading: "one")
    let actions = read(&machine, commit: "two")
    #expect(actions == [.note(.unchanged(commit: "two"))])
    #expect(machine.inForce?.commit == "two")
    #expect(read(&machine, commit: "two") == [])
  }

  @Test func aServerThatIsAwayIsToldOnceAndOnceWhenItIsBack() {
    var machine = machine(reading: "one")
    #expect(read(&machine, commit: "one", failure: "no route") == [.note(.sourceFailed("no route"))])
    #expect(read(&machine, commit: "one", failure: "no route") == [])
    #expect(machine.sourceFailure == "no route")
    #expect(read(&machine, commit: "one") == [.note(.sourceRecovered)])
    #expect(machine.sourceFailure == nil)
  }

  @Test func theCommitInForceIsTheLastValidOne() {
    var machine = machine(reading: "one")
    let wrong = [Diagnostic(.error, "broken", rule: "test")]
    _ = machine.poll(at: start)
    var broken = LoadedDesired(desired: nil, diagnostics: wrong, files: [], digest: "x")
    broken.commit = "two"
    let actions = machine.loaded(broken, secrets: [:], at: start)
    #expect(actions.first == .note(.rejected(wrong, commit: "two")))
    #expect(machine.inForce?.commit == "one")
  }

  @Test func nothingIsKeptOfAnAccountThatLeftAndIsUnregistered() {
    var machine = machine(reading: "one")
    machine.residents = ["held"]
    for id: AccountID in ["a", "gone", "refused", "held"] { machine.activities[id] = AccountActivity() }
    let outcomes = ["a", "gone", "refused", "held"].map { (id: AccountID) in
      Outcome(account: id, action: .unregister, kind: id == "refused" ? .failed : .done)
    }
    machine.dropDeparted(after: Report(planDigest: "", outcomes: outcomes))
    #expect(machine.activities.ids { _ in true } == ["a", "refused", "held"])
  }

  // MARK: - Pieces

  private let start = Instant(nanoseconds: 0)

  private func machine(reading commit: String) -> AgentMachine {
    var machine = AgentMachine(settings: AgentSettings(), at: start)
    _ = machine.start(at: start)
    _ = machine.loaded(loaded(commit), secrets: [:], at: start)
    return machine
  }

  /// One look at the repository.
  private func read(
    _ machine: inout AgentMachine,
    commit: String,
    failure: String? = nil
  ) -> [AgentMachine.Action] {
    #expect(machine.poll(at: start) == [.load])
    var loaded = loaded(commit)
    loaded.sourceFailure = failure
    return machine.loaded(loaded, secrets: [:], at: start)
  }

  private func loaded(_ commit: String) -> LoadedDesired {
    let desired = DesiredState(owner: "office", accounts: [DesiredAccount(.named("a"))])
    var loaded = LoadedDesired(desired: desired, files: [], digest: "same")
    loaded.commit = commit
    return loaded
  }
}
