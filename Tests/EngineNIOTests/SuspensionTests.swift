import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct SuspensionTests {
  @Test func aSuspendedBindingLapsesAndItsDependentsWaitThen() throws {
    var network = SimulatedNetwork { .bound($0.user == "m" ? 100 : 60, $0) }
    let dependent = SimulatedNetwork.account("d", dependsOn: [Dependency(account: "m")])
    try network.add([SimulatedNetwork.account("m"), dependent])
    network.run(for: .seconds(1))
    try network.suspend(["m"])
    network.run(for: .seconds(95))
    // The dependent's own refreshes went on while the master was bound.
    #expect(network.requests(of: "m").count == 1 && network.requests(of: "d").count >= 2)
    #expect(network.state("m") == .ok)
    network.run(for: .seconds(60))
    #expect(network.requests(of: "m").count == 1)
    #expect(network.last("m")?.expiresIn == nil && network.last("m")?.failure == .blocked(by: []))
    #expect(network.last("m")?.reason == "suspended")
    #expect(network.last("d")?.failure == .blocked(by: ["m"]))
    let before = network.requests(of: "d").count
    try network.resume(["m"])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "m").count == 2 && network.requests(of: "d").count == before + 1)
    #expect(network.state("m") == .ok && network.state("d") == .ok)
  }

  @Test func aRetryWaitsForTheEndOfTheSuspension() throws {
    var network = SimulatedNetwork { _ in .status(503, "No") }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    try network.suspend(["a"])
    network.run(for: .seconds(7200))
    #expect(network.requests.count == 1)
    try network.resume(["a"])
    network.run(for: .milliseconds(100))
    #expect(network.requests.count == 2)
  }

  @Test func aRemovalIsNotHeldUp() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    try network.suspend(["a"])
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2 && network.state("a") == .cleared)
  }
}
