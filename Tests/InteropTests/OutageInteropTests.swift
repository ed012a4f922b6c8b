import Foundation
import SIP
import TestSupport
import Testing

/// A watch and a registrar that lose sight of each other for longer than registrations last.
@Suite(.serialized)
struct OutageInteropTests {
  /// Requests are given up after 1.28 s, and registrations last 3 s.
  private static let timers = ["--timers", "t1=20ms,t2=80ms,t4=80ms"]

  @Test("REG-64 while the registrar is away nothing expired is ready; then all come back once, masters first")
  func aRegistrarIsAway() async throws {
    try await watched { registrar, rehearsal, watch, fleet in
      try await registrar.setFaults("silence")
      var samples: [StatusDocument] = []
      try await eventually("everything has expired, and is shown so", within: .seconds(60)) {
        samples.append(try await rehearsal.statusDocument())
        let isExpired = try await registrar.contacts.isEmpty
        return isExpired && samples.last?.accounts.contains(where: \.isReady) == false ? () : nil
      }
      samples.append(try await rehearsal.statusDocument())
      #expect(samples.last?.accounts.filter(\.isReady).map(\.account) == [])
      for sample in samples { #expect(Self.expiredButReady(in: sample) == []) }

      try await registrar.begin()
      // From now on nothing needs a refresh.
      try await registrar.setFaults("grant=600")
      try await Self.ready(fleet, rehearsal)
      #expect(fleet.differences(from: try await registrar.contacts) == [])
      try await Self.expectOneReturnEach(fleet, registrar)
      #expect(try watch.endIfEnded() == nil)
    }
  }

  @Test("REG-66 LOD-18 a watch that slept past every expiry registers each account anew, once")
  func aWatchSleeps() async throws {
    try await watched { registrar, rehearsal, watch, fleet in
      watch.send(SIGSTOP)
      try await eventually("everything has expired") {
        try await registrar.contacts.isEmpty ? () : nil
      }
      try await registrar.begin()
      try await registrar.setFaults("grant=600")
      watch.send(SIGCONT)
      try await Self.bound(fleet, registrar)
      try await Self.ready(fleet, rehearsal)
      try await Self.expectOneReturnEach(fleet, registrar)
    }
  }

  // MARK: - Pieces

  /// A registrar, and a watch that has registered a chain, a fan at the engine's address and one that stands alone.
  private func watched(
    _ body: (WitnessRegistrar, Rehearsal, ChildProcess, DeclaredFleet) async throws -> Void
  ) async throws {
    let accounts = [
      DeclaredAccount("head", contact: "sip:head@192.0.2.1:5060"),
      DeclaredAccount("middle", dependsOn: "head"), DeclaredAccount("tail", dependsOn: "middle"),
      DeclaredAccount("fan"), DeclaredAccount("left", dependsOn: "fan"),
      DeclaredAccount("right", dependsOn: "fan"), DeclaredAccount("single"),
    ]
    try await WitnessRegistrar.with(seed: 1, users: accounts.map(\.user), shortest: 1) { registrar, port in
      try await TemporaryFolder.with { folder in
        let rehearsal = try Rehearsal(in: folder)
        var fleet = DeclaredFleet(accounts: accounts, registrars: ["main": "127.0.0.1:\(port)"])
        for index in fleet.accounts.indices { fleet.accounts[index].expires = "3s" }
        (fleet.retryBase, fleet.retryMax) = (1, 2)
        try rehearsal.declare(fleet)
        let watch = try rehearsal.startWatch(Self.timers)
        let outcome: Result<Void, any Error>
        do {
          try await Self.bound(fleet, registrar)
          try await Self.ready(fleet, rehearsal)
          try await body(registrar, rehearsal, watch, fleet)
          outcome = .success(())
        } catch {
          outcome = .failure(error)
        }
        try await watch.killAndWaitIfRunning()
        try outcome.get()
        // Given up is what had no answer for 64 × T1; half of that leaves room for a slow machine.
        let all = try await registrar.messages
        #expect(WireLaws.overlaps(all, patience: .milliseconds(640)) == [])
        #expect(WireLaws.reusedNumbers(all) == [])
        #expect(WireLaws.numbersThatDoNotRise(all) == [])
      }
    }
  }

  /// Waits until the registrar has all that is declared.
  private static func bound(_ fleet: DeclaredFleet, _ registrar: WitnessRegistrar) async throws {
    try await eventually("everything is bound", within: .seconds(60)) {
      fleet.differences(from: try await registrar.contacts).isEmpty ? () : nil
    }
  }

  /// Waits until the agent shows every account as ready.
  private static func ready(_ fleet: DeclaredFleet, _ rehearsal: Rehearsal) async throws {
    try await eventually("every account is ready", within: .seconds(60)) {
      let status = try await rehearsal.status()
      return fleet.accounts.allSatisfy { status[$0.name]?.isReady == true } ? () : nil
    }
  }

  private static func expiredButReady(in sample: StatusDocument) -> [String] {
    sample.accounts.filter { $0.isReady && ($0.expiresAt ?? "") < sample.at }.map { account in
      "\(account.account) is ready at \(sample.at) and lasts until \(account.expiresAt ?? "never")"
    }
  }

  /// Each account was bound by one REGISTER, and no dependent asked before its master was bound.
  private static func expectOneReturnEach(_ fleet: DeclaredFleet, _ registrar: WitnessRegistrar) async throws
  {
    let messages = try await registrar.messagesOfThisLife
    for account in fleet.accounts {
      let own = Self.bound(account, messages)
      #expect(own.count == 1, "\(account.name) was bound \(own.count) times")
      guard let master = account.dependsOn.map({ fleet[$0] }),
        let first = messages.first(where: { $0.changesBindings && $0.identity == "sip:\(account.identity)" }),
        let granted = Self.bound(master, messages).first
      else { continue }
      #expect(granted.at <= first.at, "\(account.name) asked before \(master.name) was bound")
    }
  }

  /// The answers that bound the account.
  private static func bound(_ account: DeclaredAccount, _ messages: [WitnessedMessage]) -> [WitnessedMessage]
  {
    messages.filter {
      $0.kind == .answer(200) && $0.identity == "sip:\(account.identity)" && !$0.contacts.isEmpty
    }
  }
}
