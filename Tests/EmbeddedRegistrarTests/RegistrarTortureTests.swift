import SIP
import TestSupport
import Testing

@testable import EmbeddedRegistrar

/// What an open registrar answers to each message of RFC 4475 and RFC 5118.
@Suite struct RegistrarTortureTests {
  private static let expected: [(String, UInt16?)] = [
    ("wsinv", 405), ("intmeth", 501), ("esc01", 405), ("escnull", 200), ("esc02", 501), ("lwsdisp", 200),
    ("longreq", 405), ("dblreq", 200), ("semiuri", 200), ("transports", 200), ("mpart01", 405),
    ("unreason", nil),
    ("noreason", nil), ("badinv01", 400), ("clerr", 400), ("ncl", 400), ("scalar02", 400), ("scalarlg", nil),
    ("quotbal", 400), ("ltgtruri", 400), ("lwsruri", 400), ("lwsstart", 400), ("trws", 400), ("escruri", 400),
    ("baddate", 405), ("regbadct", 400), ("badaspec", 200), ("baddn", 400), ("badvers", 505),
    ("mismatch01", 400),
    ("mismatch02", 400), ("bigcode", nil), ("badbranch", 200), ("insuf", 400), ("unkscm", 416),
    ("novelsc", 416),
    ("unksm2", 400), ("bext01", 420), ("invut", 405), ("regaut01", 200), ("multi01", 400), ("mcl01", 400),
    ("bcast", nil), ("zeromf", 200), ("cparam01", 200), ("cparam02", 200), ("regescrt", 200), ("sdp01", 405),
    ("inv2543", 405), ("ipv6-good", 200), ("ipv6-bad", 400), ("port-ambiguous", 200),
    ("port-unambiguous", 200),
    ("via-received-param-with-delim", 405), ("via-received-param-no-delim", 200), ("ipv6-in-sdp", 405),
    ("mult-ip-in-header", 405), ("mult-ip-in-sdp", 405), ("ipv4-mapped-ipv6", 405),
    ("ipv6-bug-abnf-3-colons", 200),
    ("ipv6-correct-abnf-2-colons", 200),
  ]

  @Test(
    "TOR-01..49 TV6-01..12 every torture message gets its answer, and the next good one works",
    arguments: expected
  )
  func answers(_ name: String, _ status: UInt16?) {
    let lab = RegistrarLab()
    #expect(lab.receive(TortureMessage.named(name).bytes)?.status == status)
    #expect(lab.send(LabRequest("<sip:a@192.0.2.10>"))?.status == 200)
  }

  @Test("the table names every message")
  func complete() {
    #expect(Set(RegistrarTortureTests.expected.map(\.0)) == Set(TortureMessage.all.map(\.name)))
    #expect(TortureMessage.all.count == 61)
  }

  @Test("TOR-04 two contacts with one and two NULs are two bindings")
  func escapedNulls() {
    let lab = RegistrarLab()
    lab.receive(TortureMessage.named("escnull").bytes)
    #expect(lab.contacts() == ["sip:%00%00@host5.example.com", "sip:%00@host5.example.com"])
    #expect(lab.core.bindings(at: lab.now).first?.identity.key == "sip:null-%00-null@example.com")
  }

  @Test("TOR-07 all 34 Vias come back in order")
  func viaChain() {
    let lab = RegistrarLab()
    let vias = lab.receive(TortureMessage.named("longreq").bytes)?.rows(.via) ?? []
    #expect(vias.count == 34)
    #expect(vias.dropFirst().first == "SIP/2.0/TCP sip32.example.com")
    #expect(vias.last?.hasPrefix("SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=verylong") == true)
  }

  @Test("TOR-08 of two requests in a datagram only the first is carried out")
  func twoRequests() {
    let lab = RegistrarLab()
    lab.receive(TortureMessage.named("dblreq").bytes)
    #expect(lab.core.requestCount == 1)
    #expect(lab.contacts() == ["sip:j.user@host.example.com"])
  }

  @Test("TOR-45 TOR-46 TOR-47 parameters and headers of a contact stay where they belong")
  func contactParts() {
    var lab = RegistrarLab()
    let header = lab.receive(TortureMessage.named("cparam01").bytes)?.rows(.contact)
    #expect(header == ["<sip:+19725552222@gw1.example.net>;unknownparam;expires=3600"])
    lab = RegistrarLab()
    let uri = lab.receive(TortureMessage.named("cparam02").bytes)?.rows(.contact)
    #expect(uri == ["<sip:+19725552222@gw1.example.net;unknownparam>;expires=3600"])
    lab = RegistrarLab()
    let headers = lab.receive(TortureMessage.named("regescrt").bytes)?.rows(.contact)
    #expect(headers == ["<sip:user@example.com?Route=%3Csip:sip.example.com%3E>;expires=3600"])
  }

  @Test("TOR-38 the 420 lists the tags that are not understood")
  func unsupported() {
    let lab = RegistrarLab()
    let answer = lab.receive(TortureMessage.named("bext01").bytes)
    #expect(answer?.value(.unsupported) == "nothingSupportsThis, nothingSupportsThisEither")
  }
}
