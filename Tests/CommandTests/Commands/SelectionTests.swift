import EngineScripted
import Reconcile
import Testing

@testable import sipreconcile

/// Which accounts a run looks at.
@Suite struct SelectionTests {
  private static let manifest = """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      push: { identity: sip:push@example.org, contact: sip:push@192.0.2.7 }
      desk: { identity: sip:desk@example.com, dependsOn: push, labels: { site: berlin, floor: 2 } }
      door: { identity: sip:door@example.com, dependsOn: push, labels: { site: berlin } }
      hall: { identity: sip:hall@example.net, contact: sip:hall@192.0.2.7, labels: { site: paris } }

    """

  private func registered(_ options: [String]) async throws -> (Laboratory.Ending, Set<String>) {
    let laboratory = try Laboratory()
    try laboratory.write(Self.manifest)
    let ending = await laboratory.run(["apply", "accounts.yaml"] + options)
    return (ending, Set(await laboratory.current.requests.filter { $0.contact != nil }.map(\.account.name)))
  }

  @Test("a label chooses accounts, and their masters come along")
  func aLabelChooses() async throws {
    let (ending, names) = try await registered(["-l", "site=berlin"])
    #expect(ending.status == 0 && names == ["push", "desk", "door"])
    #expect(ending.errors.contains("With them come the accounts they depend on: push"))
    #expect(try await registered(["-l", "site=berlin", "--label", "floor=2"]).1 == ["push", "desk"])
    #expect(try await registered(["-l", "site=berlin", "--only", "door", "hall"]).1 == ["push", "door"])
  }

  @Test(
    "a label that nothing has is wrong usage, and never all accounts",
    arguments: ["site=rome", "site=", "x=1"]
  )
  func aLabelThatNothingHas(_ label: String) async throws {
    let (ending, names) = try await registered(["-l", label])
    #expect(ending.status == 64 && names.isEmpty)
    #expect(ending.errors.contains("no account that is looked at has the label \(label)"))
  }

  @Test func whatIsExcludedIsLeftAlone() async throws {
    let (ending, names) = try await registered(["--exclude", "hall", "door"])
    #expect(ending.status == 0 && names == ["push", "desk"])
    #expect(try await registered(["-l", "site=berlin", "--exclude", "door"]).1 == ["push", "desk"])
  }

  @Test func anExcludedNameThatIsUnknownIsWrongUsage() async throws {
    let (ending, names) = try await registered(["--exclude", "hal"])
    #expect(ending.status == 64 && names.isEmpty)
    #expect(ending.errors.contains("--exclude names what is neither declared nor registered: hal"))
  }

  @Test(arguments: [["watch"], ["apply", "--watch"]])
  func aWatchTakesNoLabel(_ command: [String]) async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Self.manifest)
    #expect(await laboratory.run(command + ["accounts.yaml", "-l", "site=berlin"]).status == 64)
  }
}
