import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Accounts that are let go, or given anew, while a REGISTER of theirs is on its way.
struct DepartedAccountTests {
  private static func account(at host: String) -> Account {
    var account = SimulatedNetwork.account("a")
    account.contact = ContactDeclaration(uri: SIPURI(user: "a", host: .name(host)))
    return account
  }

  @Test(
    "REC-88 TRAP-07 an account given anew waits for the REGISTER on its way, and removes what that may bind"
  )
  func givenAnew() throws {
    var network = SimulatedNetwork { request in
      let reply = SimulatedNetwork.Reply.good(request)
      return request.contactURI.contains("one") ? .bound(3600, request, after: .seconds(5)) : reply
    }
    try network.add([Self.account(at: "one.example.org")])
    network.run(for: .milliseconds(100))
    try network.forget(["a"])
    try network.add([Self.account(at: "two.example.org")])
    network.run(for: .seconds(4))
    #expect(network.requests.map(\.cseq) == Array(repeating: 1, count: network.requests.count))
    #expect(network.requests.allSatisfy { $0.contactURI.contains("one") })
    network.run(for: .seconds(2))
    let last = try #require(network.requests.last)
    #expect(last.contactURI.contains("two"))
    let rows = last.rows("Contact").joined(separator: ", ")
    #expect(rows.contains("one.example.org>;expires=0") && rows.contains("two.example.org"))
    #expect(network.state("a") == .ok)
  }

  @Test("REC-88 silence to the earlier REGISTER holds the new one up until its transaction has ended")
  func silence() throws {
    var network = SimulatedNetwork { $0.contactURI.contains("one") ? .silence : .good($0) }
    try network.add([Self.account(at: "one.example.org")])
    network.run(for: .milliseconds(100))
    try network.forget(["a"])
    try network.add([Self.account(at: "two.example.org")])
    network.run(for: .seconds(31))
    #expect(network.requests.allSatisfy { $0.contactURI.contains("one") })
    network.run(for: .seconds(60))
    #expect(network.state("a") == .ok && network.last("a")?.contact == "sip:a@two.example.org")
  }
}
