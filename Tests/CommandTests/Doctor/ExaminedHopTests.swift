import Reconcile
import SIP
import Testing

@testable import sipreconcile

@Suite struct ExaminedHopTests {
  private func account(_ name: String, user: String? = nil) -> Account {
    var account = SampleHop.account(name)
    account.contact = ContactDeclaration(uri: SampleHop.uri("sip:\(name)@192.0.2.7"))
    if let user {
      account.credentials = [CredentialDeclaration(username: user, secret: .environment("PASSWORD"))]
    }
    return account
  }

  @Test("accounts that go the same way are one next hop, with all their registrars")
  func oneHop() {
    var first = account("a")
    var second = SampleHop.account("b", registrar: "sip:other.example.org")
    let third = account("c")
    for edge in ["sip:edge.example.org;lr"] {
      first.outboundProxy = [SampleHop.uri(edge)]
      second.outboundProxy = [SampleHop.uri(edge)]
    }
    let hops = ExaminedHop.list([first, second, third], limit: 9)
    #expect(hops.map(\.name) == ["sip:edge.example.org;lr", "sip:sip.example.org"])
    #expect(hops.map(\.isProxy) == [true, false])
    #expect(hops[0].registrars == ["sip:sip.example.org", "sip:other.example.org"])
    #expect(hops.map(\.count) == [2, 1])
    #expect(hops.map(\.isLeftToNAT) == [true, false], "b has our own address")
  }

  @Test("a sample has different credentials first, and then whoever comes")
  func theSample() {
    var off = account("off", user: "third")
    off.register = false
    let accounts = [account("a", user: "x"), account("b", user: "x"), off, account("c", user: "y")]
    let names = { (limit: Int) in
      ExaminedHop.list(accounts, limit: limit)[0].sample.map(\.id.name)
    }
    #expect(names(1) == ["a"])
    #expect(names(2) == ["a", "c"])
    #expect(names(3) == ["a", "b", "c"])
    #expect(names(4) == ["a", "b", "off", "c"])
    #expect(names(0).isEmpty)
  }
}
