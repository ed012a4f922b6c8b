import Foundation
import TestSupport
import Testing

/// A watch whose file is changed hundreds of times within seconds, in every way there is.
struct FileFloodInteropTests {
  private static let changes = 250
  /// How long the file must be quiet before it is read.
  private static let quiet = 0.5

  @Test(
    "REC-83 REC-84 REC-87 TRAP-20 TRAP-24 a flood of file changes ends in what was written last, read seldom"
  )
  func theLastContentIsInForce() async throws {
    let users = (0..<8).map { "n\($0)" }
    try await WitnessRegistrar.with(seed: 1, users: users) { registrar, port in
      try await TemporaryFolder.with { folder in
        let rehearsal = try Rehearsal(in: folder)
        var flood = FileFlood(in: folder, users: users, port: port, seed: 1)
        let first = flood.next()
        try flood.write(first, by: .rename)
        let watch = try rehearsal.startWatch(["--timers", "t1=50ms,t2=200ms,t4=200ms"])
        let begin = ContinuousClock.now
        let outcome: Result<Void, any Error>
        do {
          // A watch that has not read its file yet ends where it is invalid.
          try await inForce(first, "the first content", registrar, watch)
          for last in FileFlood.Way.valid { try await wave(&flood, last, registrar, watch) }
          outcome = .success(())
        } catch {
          outcome = .failure(error)
        }
        let span = (ContinuousClock.now - begin) / .seconds(1)
        if case .failure(let error) = outcome {
          try await watch.killAndWaitIfRunning()
          throw error
        }
        watch.send(SIGTERM)
        #expect(try await watch.end() == .exit(143))
        try await expectCalm(registrar, watch, readings: Int(span / Self.quiet) + 2, users)
      }
    }
  }

  /// Changes the file again and again, and waits until what was written last is what the registrar has.
  private func wave(
    _ flood: inout FileFlood,
    _ last: FileFlood.Way,
    _ registrar: WitnessRegistrar,
    _ watch: ChildProcess
  ) async throws {
    for _ in 0..<Self.changes {
      try flood.change()
      // A flood of some seconds, not of one moment.
      try await Task.sleep(for: .milliseconds(4))
    }
    let fleet = flood.next()
    try flood.write(fleet, by: last)
    try await inForce(fleet, "what was written last, by \(last)", registrar, watch)
  }

  private func inForce(
    _ fleet: DeclaredFleet,
    _ what: String,
    _ registrar: WitnessRegistrar,
    _ watch: ChildProcess
  ) async throws {
    try await eventually(what) { () -> Void? in
      if let end = try watch.endIfEnded() {
        throw SupportError.unexpected("watch ended (\(end)): \(try watch.standardError())")
      }
      return fleet.differences(from: try await registrar.contacts).isEmpty ? () : nil
    }
  }

  private func expectCalm(
    _ registrar: WitnessRegistrar,
    _ watch: ChildProcess,
    readings: Int,
    _ users: [String]
  ) async throws {
    let lines = try watch.standardOutput().split(separator: "\n")
    let files = lines.count { $0.contains("\"type\":\"files\"") }
    let plans = lines.count { $0.contains("\"type\":\"plan\"") }
    #expect(files <= readings)
    #expect(plans <= files)
    let messages = try await registrar.messages
    let accepted = messages.filter { $0.kind == .answer(200) }
    for user in users {
      let own = accepted.filter { $0.identity == "sip:\(user)@interop.example" }
      #expect(own.count <= plans, "\(user) was registered \(own.count) times by \(plans) plans")
    }
    // Whoever is declared in every version is bound all the time, whatever half a file said.
    let lost = accepted.filter { answer in
      answer.contacts.isEmpty
        && FileFlood.constant.contains { answer.identity == "sip:\($0)@interop.example" }
    }
    #expect(lost.map(\.description) == [])
    #expect(WireLaws.overlaps(messages, patience: .milliseconds(1600)) == [])
  }
}
