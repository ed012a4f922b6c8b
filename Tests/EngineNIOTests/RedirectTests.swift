import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct RedirectTests {
  @Test(
    "COD-02 UAC-20 UAC-21 UAC-22 UAC-23 UAC-26 UAC-27 SEC-29 SEC-40 TRAP-18 SEC-41 SEC-44 TOR-24 TOR-35 a redirect is not followed, and its target is told",
    arguments: [300, 301, 302, 305, 380, 399]
  )
  func redirectsAreRefused(code: Int) throws {
    let target = "sip:x@192.0.2.66;method=INVITE?Route=%3Csip:evil%3E&Authorization=x"
    var network = SimulatedNetwork { _ in
      .status(code, "Moved", rows: ["Contact: <\(target)>;q=0.9, <http://x.example>"])
    }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(600))
    #expect(network.requests.count == 1)
    #expect(network.requests.allSatisfy { $0.server == SimulatedNetwork.server })
    #expect(network.last("a")?.failure == .redirectRefused(target))
    #expect(network.last("a")?.nextIn != nil)
  }

  @Test("UAC-26 a redirect without a Contact, or with a thousand, is one failure")
  func emptyAndManyTargets() throws {
    let many = (0..<1000).map { "Contact: <sip:h\($0).example>" }
    for rows in [[], many] {
      var network = SimulatedNetwork { _ in .status(302, "Moved", rows: rows) }
      try network.add([SimulatedNetwork.account("a")])
      network.run(for: .seconds(600))
      #expect(network.requests.count == 1)
      #expect(network.last("a")?.failure == .redirectRefused(rows.isEmpty ? "" : "sip:h0.example"))
    }
  }
}
