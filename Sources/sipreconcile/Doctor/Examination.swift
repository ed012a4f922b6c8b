import Agent
import EngineNIO
import Manifests
import Reconcile
import SIP

/// Looks at everything that accounts need in order to be registered, and changes nothing: the only questions
/// to registrars are OPTIONS, and REGISTER without Contact.
///
/// Next hops are looked at side by side. One that is cancelled ends at once with what is known by then.
struct Examination: Sendable {
  /// How long each answer is waited for; a question for bindings may take twice as long.
  static let answerLimit = Duration.seconds(5)
  private static let sideBySide = 16

  let run: CommandRun
  let accounts: [Account]
  /// What is known of each account's secrets; nil where one cannot be had.
  let credentials: [AccountID: [Credential]]
  /// The engine as a run would start it.
  let request: EngineRequest
  /// Of each next hop so many accounts are asked about.
  let limit: Int
  let local: LocalExamination
  /// Servers that the running agent leaves alone.
  var resting: [RestingServerStatus] = []

  func carryOut() async -> DoctorDocument {
    let patience = min(Self.answerLimit, request.timers.t1 * 64)
    let prober = ServerProber(ServerProber.Settings(request, limit: patience))
    let hops = await examine(ExaminedHop.list(accounts, limit: limit), prober, patience)
    await prober.shutdown()
    let facts = await local.facts(servers: hops.flatMap(\.servers).map(\.target.server))
    LocalFindings.make(facts).forEach(tell)
    return DoctorDocument(owner: local.owner, facts, hops, at: run.surroundings.clock.time)
  }

  /// In the order of the hops, so many at a time.
  private func examine(
    _ hops: [ExaminedHop],
    _ prober: ServerProber,
    _ patience: Duration
  ) async -> [HopFacts] {
    await withTaskGroup(of: (Int, HopFacts).self) { group in
      var found: [Int: HopFacts] = [:]
      for (position, hop) in hops.enumerated() {
        if position >= Self.sideBySide, let (done, facts) = await group.next() { found[done] = facts }
        let examination = HopExamination(self, hop, prober, patience)
        group.addTask {
          let facts = await examination.carryOut()
          HopFindings(facts).make().forEach(tell)
          return (position, facts)
        }
      }
      for await (position, facts) in group { found[position] = facts }
      return hops.indices.compactMap { found[$0] }
    }
  }

  private func tell(_ finding: Finding) {
    run.output.event(.check(finding, at: run.output.now(), run: run.output.runID))
  }
}
