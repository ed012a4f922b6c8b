import SIP
import Testing

@testable import Reconcile

struct OwnAddressTests {
  private let own = OwnAddress(
    hosts: [Host("127.0.0.1")!, Host("192.0.2.10")!, Host("[2001:db8::10]")!],
    port: 5060
  )

  private func holds(_ contact: String, _ own: OwnAddress) throws -> Bool {
    own.holds(try SIPURI(parsing: contact))
  }

  @Test(
    arguments: [
      ("sip:a@192.0.2.10:5060", true), ("sip:a@192.0.2.10", true), ("sip:a@[2001:db8::10]:5060", true),
      ("sip:a@127.0.0.1:5060;pn-prid=x", true), ("sip:a@192.0.2.10:5062", false),
      ("sip:a@192.0.2.11:5060", false), ("sip:a@pbx.example.com", false),
    ]
  )
  func aDatagramContactIsOursAtAnyOfOurAddressesAndOurPort(_ contact: String, _ isOurs: Bool) throws {
    #expect(try holds(contact, own) == isOurs)
  }

  @Test(arguments: ["sip:a@192.0.2.11:40001;transport=tls", "sip:a@df7jal23ls0d.invalid;transport=ws"])
  func aContactForAConnectionGoesWithTheConnection(_ contact: String) throws {
    #expect(try holds(contact, own))
  }

  @Test func anAdvertisedAddressIsTheOnlyOneWithItsPortOrWithoutOne() throws {
    let advertised = own.advertising(OwnAddress.Advertised("pbx.example.com"))
    #expect(try holds("sip:a@pbx.example.com", advertised))
    #expect(try !holds("sip:a@pbx.example.com:5060", advertised))
    #expect(try !holds("sip:a@192.0.2.10:5060", advertised))
    #expect(try !holds("sip:a@192.0.2.11:40001;transport=tls", advertised))
    let moved = advertised.replacing(in: try SIPURI(parsing: "sip:a@192.0.2.10:5060;x=y"))
    #expect(moved.description == "sip:a@pbx.example.com;x=y")
  }

  @Test(
    "TRN-15 where contacts are learned, what an answer told is ours, and so is what one told to an earlier process",
    arguments: [
      ("sip:a@203.0.113.9:40000", true), ("sip:a@[2001:db8:1::9]:40000", true),
      ("sip:a@10.1.1.1:40000", true),
      ("sip:a@10.1.1.1:40001", false), ("sip:a@192.168.7.7:5060", false), ("sip:a@pbx.example.com", false),
      ("sip:a@192.0.2.10:5062", false),
    ]
  )
  func learnedContactsAreOurs(_ contact: String, _ isOurs: Bool) throws {
    let learning = OwnAddress(hosts: own.hosts, port: 5060, learnsContacts: true)
    let told = learning.having(learned: [Endpoint(address: Host("10.1.1.1")!, port: 40_000)])
    #expect(try holds(contact, told) == isOurs)
    #expect(told.plainlyHolds(contact) == (contact == "sip:a@10.1.1.1:40000"))
    #expect(told.advertising(nil) == told)
    #expect(try !holds(contact, own))
  }

  @Test func withoutAnyAddressButTheLoopbackContactsStay() throws {
    let offline = OwnAddress(hosts: [Host("127.0.0.1")!], port: 5060)
    #expect(try holds("sip:a@192.0.2.10:5060", offline))
    #expect(try !holds("sip:a@192.0.2.10:5062", offline))
  }

  @Test func theTextAloneTellsTheUsualContact() {
    #expect(own.plainlyHolds("sip:a@192.0.2.10:5060"))
    #expect(own.plainlyHolds("sip:a@192.0.2.10:5060;pn-prid=x"))
    #expect(own.plainlyHolds("sip:192.0.2.10:5060"))
    #expect(!own.plainlyHolds("sip:a@192.0.2.10:50601"))
    #expect(!own.plainlyHolds("sip:a@192.0.2.11:5060"))
  }

  @Test func ofSeveralAddressesOneOfTheSameFamilyTakesThePlace() throws {
    #expect(own.replacing(in: try SIPURI(parsing: "sip:a@192.0.2.99:5060")).host == Host("192.0.2.10"))
    #expect(own.replacing(in: try SIPURI(parsing: "sip:a@[2001:db8::99]")).host == Host("[2001:db8::10]"))
    #expect(
      own.replacing(in: try SIPURI(parsing: "sip:a@127.0.0.1:5070")).description == "sip:a@127.0.0.1:5060"
    )
  }
}
