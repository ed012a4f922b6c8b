import Foundation
import SIP
import TestSupport
import Testing

/// Runs of the built program on one state and one shifting file, each killed at a random moment of its life.
struct KilledRuns {
  private let registrar: WitnessRegistrar
  private let rehearsal: Rehearsal
  private var random: SeededGenerator
  private var shifting: ShiftingFleet
  /// How long an undisturbed apply takes here.
  private var span = Duration.zero
  /// What was going on when processes were killed.
  private(set) var moments = (beforeFirst: 0, inFlight: 0, between: 0)

  private static let timers = ["--timers", "t1=50ms,t2=200ms,t4=200ms"]
  /// A request is given up after 64 × T1; half of that leaves room for a slow machine.
  private static let patience = Duration.milliseconds(64 * 50 / 2)
  private static let faults = """
    delay=40ms,probability=0.3; delay=160ms,probability=0.1; loseAnswer,probability=0.1; \
    silence,probability=0.1; status=503,probability=0.04
    """

  static func with(seed: UInt64, _ body: (inout KilledRuns) async throws -> Void) async throws {
    try await WitnessRegistrar.with(seed: seed, users: ShiftingFleet.users) { registrar, port in
      try await TemporaryFolder.with { folder in
        var runs = KilledRuns(
          registrar: registrar,
          rehearsal: try Rehearsal(in: folder),
          random: SeededGenerator(seed: seed),
          shifting: ShiftingFleet(port: port, seed: seed)
        )
        try runs.rehearsal.declare(runs.shifting.fleet)
        try await body(&runs)
      }
    }
  }

  /// True with the chance `first` of `first + second`.
  mutating func choose(_ first: Int, _ second: Int) -> Bool {
    Int.random(in: 0..<(first + second), using: &random) < first
  }

  mutating func edit(keepsPassword: Bool = false) async throws {
    let before = shifting.password
    shifting.edit(keepsPassword: keepsPassword)
    if shifting.password != before {
      try await registrar.setPassword(shifting.password, users: ShiftingFleet.users)
      try rehearsal.setPassword(shifting.password)
    }
    try rehearsal.declare(shifting.fleet)
  }

  // MARK: - Runs

  /// An apply that nothing disturbs; how long it takes is the measure for the others.
  mutating func applyOnce() async throws {
    try await registrar.begin()
    let begin = ContinuousClock.now
    try await rehearsal.apply(KilledRuns.timers)
    span = ContinuousClock.now - begin
  }

  /// True if it was killed before its end.
  mutating func applyAndKill() async throws -> Bool {
    try await registrar.setFaults(Bool.random(using: &random) ? KilledRuns.faults : "")
    try await registrar.begin()
    return try await kill(try rehearsal.startApply(KilledRuns.timers))
  }

  /// As `applyAndKill`. Some are told to end first, and killed while they do.
  mutating func watchAndKill() async throws -> Bool {
    try await registrar.setFaults(Bool.random(using: &random) ? KilledRuns.faults : "")
    try await registrar.begin()
    let watch = try rehearsal.startWatch(KilledRuns.timers)
    if Int.random(in: 0..<4, using: &random) == 0 {
      try await registrar.at(moment(), after: pause(10)) { watch.send(SIGTERM) }
    }
    return try await kill(watch)
  }

  private mutating func kill(_ child: ChildProcess) async throws -> Bool {
    // Whatever comes of the talk, this is the end.
    try await registrar.at(.start, after: span * 2) { child.sendToAll(SIGKILL) }
    if Int.random(in: 0..<4, using: &random) == 0 {
      let share = Int.random(in: 0..<100, using: &random)
      try await registrar.at(.start, after: span * share / 100) { child.sendToAll(SIGKILL) }
    } else {
      try await registrar.at(moment(), after: pause(20)) { child.sendToAll(SIGKILL) }
    }
    let end = try await child.end()
    try await registrar.disarm()
    guard end == .signal(SIGKILL) else {
      let errors = try child.standardError()
      #expect([.exit(0), .exit(6), .exit(143)].contains(end), "\(errors)")
      return false
    }
    try await noteMoment()
    return true
  }

  /// Runs an apply or a watch, and tells it to end at a random moment: it ends by itself, as it says.
  mutating func stop(isApply: Bool) async throws {
    try await registrar.setFaults(Bool.random(using: &random) ? KilledRuns.faults : "")
    try await registrar.begin()
    let child =
      try isApply ? rehearsal.startApply(KilledRuns.timers) : rehearsal.startWatch(KilledRuns.timers)
    // Whatever comes of the talk; before the program is up, a signal ends it at once.
    try await registrar.at(.start, after: span * 2) { child.send(SIGTERM) }
    try await registrar.at(moment(), after: pause(20)) { child.send(SIGTERM) }
    let end = try await child.end()
    try await registrar.disarm()
    let errors = try child.standardError()
    #expect(end == .exit(143) || (isApply && [.exit(0), .exit(6)].contains(end)), "\(end): \(errors)")
  }

  /// Edits the file under a watch, again and again, each time while a REGISTER is on its way.
  mutating func editUnderWay(times: Int) async throws {
    try await registrar.setFaults("delay=150ms,probability=0.7; loseAnswer,probability=0.2")
    try await registrar.begin()
    let watch = try rehearsal.startWatch(KilledRuns.timers)
    let outcome: Result<Void, any Error>
    do {
      var seen = 0
      var hits = 0
      try await eventually("the first REGISTER") { try await isUnderWay(registrar) ? () : nil }
      for _ in 0..<times {
        try await edit(keepsPassword: true)
        hits += try await isUnderWay(registrar) ? 1 : 0
        watch.send(SIGHUP)
        // To the next message, if there is one to come.
        seen = try await eventually("a message, or rest") {
          let count = try await registrar.messages.count
          let isAtRest = try await !isUnderWay(registrar)
          return count > seen || isAtRest ? count : nil
        }
      }
      #expect(hits > times / 2, "edits came when nothing was on its way")
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    watch.send(SIGTERM)
    #expect(try await watch.end() == .exit(143))
    try outcome.get()
  }

  /// True while a request that may change a binding has no final answer.
  private func isUnderWay(_ registrar: WitnessRegistrar) async throws -> Bool {
    let messages = try await registrar.messagesOfThisLife
    let answered = Set(messages.filter(\.isFinalAnswer).map(\.branch))
    return messages.contains { $0.changesBindings && !answered.contains($0.branch) }
  }

  private mutating func moment() -> WitnessMoment {
    let number = Int.random(in: 1...16, using: &random)
    return Bool.random(using: &random) ? .request(number) : .answer(number)
  }

  /// None, or up to so many milliseconds.
  private mutating func pause(_ most: Int) -> Duration {
    Bool.random(using: &random) ? .zero : .microseconds(Int.random(in: 0...(most * 1000), using: &random))
  }

  private mutating func noteMoment() async throws {
    let messages = try await registrar.messagesOfThisLife
    let answered = Set(messages.filter(\.isFinalAnswer).map(\.branch))
    let isInFlight = messages.contains { $0.isRequest && !answered.contains($0.branch) }
    if messages.isEmpty {
      moments.beforeFirst += 1
    } else if isInFlight {
      moments.inFlight += 1
    } else {
      moments.between += 1
    }
  }

  // MARK: - The end

  /// One undisturbed apply makes everything as declared, and another has nothing to send.
  func expectConvergence() async throws {
    try await registrar.setFaults("")
    try await registrar.begin()
    try await rehearsal.apply(KilledRuns.timers)
    let differences = shifting.fleet.differences(from: try await registrar.contacts)
    let first = try await talk { message in differences.contains { $0.hasPrefix(message.user) } }
    #expect(differences == [], "\(first)")
    try await registrar.begin()
    try await rehearsal.apply(KilledRuns.timers)
    let sent = try await registrar.messagesOfThisLife.filter(\.changesBindings)
    let second = try await talk { message in sent.contains { $0.identity == message.identity } }
    #expect(sent.isEmpty, "\(second)")
    let all = try await registrar.messages
    #expect(WireLaws.reusedNumbers(all) == [])
    #expect(WireLaws.numbersThatDoNotRise(all) == [])
    #expect(WireLaws.overlaps(all, patience: KilledRuns.patience) == [])
  }

  /// All that was said about some accounts, to tell how they came to where they are.
  private func talk(_ isAbout: (WitnessedMessage) -> Bool) async throws -> String {
    try await registrar.messages.filter(isAbout).map(\.description).joined(separator: "\n")
  }
}
