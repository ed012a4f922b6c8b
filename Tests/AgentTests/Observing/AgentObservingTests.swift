import AsyncHTTPClient
import EngineScripted
import Foundation
import NIOCore
import NIOHTTP1
import Reconcile
import SIP
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(4))) struct AgentObservingTests {
  private func get(_ url: String) async throws -> (UInt, String) {
    let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
    return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
  }

  private func address(_ world: AgentWorld) -> String? {
    for case .observable(let address) in world.notices.all { return "http://" + address }
    return nil
  }

  @Test func metricsAndHealthAreServedOverTCPAndNothingElse() async throws {
    let world = try AgentWorld([.named("a"), .named("b"), .named("off") { $0.register = false }])
    await world.engine.alwaysAnswer("b", with: .refuse(403, "Forbidden"))
    var settings = AgentSettings()
    settings.metricsAddress = Endpoint(address: .ipv4(try #require(IPv4Address("127.0.0.1"))), port: 0)
    try await world.run(settings) { hand in
      try await hand.finished(1)
      try await hand.until("an address") { address(world) != nil }
      let url = try #require(address(world))
      let metrics = try await get(url + "/metrics").1
      for line in [
        #"sipreconcile_conditions{type="Ready"} 1"#, #"sipreconcile_conditions{type="Stalled"} 1"#,
        #"sipreconcile_conditions{type="Suspended"} 1"#, #"sipreconcile_account_ready{account="a"} 1"#,
        #"sipreconcile_account_ready{account="b"} 0"#,
        #"sipreconcile_changes_total{action="register",outcome="failed"} 1"#, "sipreconcile_runs_total 1",
      ] {
        #expect(metrics.contains(line + "\n"), "\(line)")
      }
      #expect(try await get(url + "/livez") == (200, "ok\n"))
      #expect(try await get(url + "/readyz") == (200, "ok\n"))
      #expect(try await get(url + "/v1/status").0 == 404)
    }
  }

  @Test func anExpiredBindingIsNotReadyWhoeverLooks() async throws {
    let world = try AgentWorld([.named("a")])
    var settings = AgentSettings()
    settings.metricsAddress = Endpoint(address: .ipv4(try #require(IPv4Address("127.0.0.1"))), port: 0)
    try await world.run(settings) { hand in
      try await hand.finished(1)
      try await hand.until("an address") { address(world) != nil }
      world.clock.advance(by: .seconds(3601))
      let metrics = try await get(try #require(address(world)) + "/metrics").1
      #expect(metrics.contains(#"sipreconcile_account_ready{account="a"} 0"#))
      #expect(metrics.contains(#"sipreconcile_conditions{type="Ready"} 0"#))
    }
  }

  @Test func anAgentWhoseStateCannotBeWrittenIsNotReady() {
    var machine = AgentMachine(settings: AgentSettings(), at: Instant(nanoseconds: 0))
    #expect(machine.health(stateFailure: nil).troubles == ["the files have not been read yet"])
    machine.inForce = LoadedDesired(desired: DesiredState(owner: "o", accounts: []), files: [], digest: "")
    #expect(machine.health(stateFailure: nil).troubles == ["no plan has been made yet"])
    machine.holdsUnchanged = false
    #expect(machine.health(stateFailure: nil).isReady)
    #expect(machine.health(stateFailure: "disk full").troubles == ["the state cannot be written: disk full"])
  }
}
