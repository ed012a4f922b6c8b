import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct MastersTests {
  private static func dependent(_ name: AccountID, at host: String = "192.0.2.1") -> Account {
    SimulatedNetwork.account(name, at: host, dependsOn: [Dependency(account: "m")])
  }

  @Test("REC-09 REC-10 a dependent at another registrar shares the contact, and its failure is its own")
  func anotherRegistrar() throws {
    var network = SimulatedNetwork { $0.user == "e" ? .status(403, "No") : .good($0) }
    try network.add([
      SimulatedNetwork.account("m"), Self.dependent("d", at: "192.0.2.7"), Self.dependent("e"),
    ])
    network.run(for: .seconds(1))
    let request = try #require(network.requests(of: "d").first)
    #expect(request.server == SimulatedNetwork.server(7) && request.contactURI.hasPrefix("sip:m@"))
    #expect(network.state("m") == .ok && network.state("d") == .ok && network.state("e") == .failed)
  }

  @Test(
    "REC-21 a dependent goes on refreshing while its master's binding is valid, whatever a refresh came to"
  )
  func aDegradedMaster() throws {
    var network = SimulatedNetwork { request in
      guard request.user == "m" else { return .bound(100, request) }
      return request.cseq == 1 ? .bound(3600, request) : .status(503, "No")
    }
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d")])
    network.run(for: .seconds(1))
    try network.refresh(["m"])
    network.run(for: .seconds(300))
    #expect(network.state("m") == .ok && network.requests(of: "d").count >= 4)
  }

  @Test("REC-27 REC-28 a dependent that comes or goes is one REGISTER, its own")
  func oneComesOneGoes() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("m"), Self.dependent("d")])
    network.run(for: .seconds(1))
    try network.add([Self.dependent("e")])
    network.run(for: .seconds(1))
    try network.edit("d") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.user) == ["m", "d", "e", "d"])
  }
}
