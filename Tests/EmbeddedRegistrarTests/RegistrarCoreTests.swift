import SIP
import Testing

@testable import EmbeddedRegistrar

@Suite struct RegistrarCoreTests {
  @Test("UAS-01 of several faults the first step decides")
  func order() throws {
    let lab = RegistrarLab {
      $0.domains = [.name("example.com")]
      $0.access = .anyUser(password: Secret("secret"))
    }
    // Wrong in every step: domain, extension, credentials, right, contact.
    var request = LabRequest("<sip:a@192.0.2.10>;expires=1", "*").changed {
      $0.requestURI = "sip:other.example"
      $0.rows = ["Require: unheard-of"]
      $0.to = "<sip:bob@other.example>"
    }
    #expect(lab.send(request)?.status == 404)
    request.requestURI = "sip:example.com"
    #expect(lab.send(request)?.status == 420)
    request.rows = []
    #expect(lab.send(request)?.status == 401)
    #expect(try lab.authenticate(request)?.status == 403)
    request.to = "<sip:alice@other.example>"
    #expect(try lab.authenticate(request)?.status == 404)
    request.to = "<sip:alice@example.com>"
    #expect(try lab.authenticate(request)?.status == 400)
    request.contacts = ["<sip:a@192.0.2.10>;expires=1"]
    #expect(try lab.authenticate(request)?.status == 423)
    #expect(lab.bindings().isEmpty)
  }

  @Test("UAS-02 a Request-URI or an address of record of another domain is 404")
  func domains() {
    let lab = RegistrarLab { $0.domains = [.name("example.com")] }
    #expect(lab.send(LabRequest().changed { $0.requestURI = "sip:other.example" })?.status == 404)
    #expect(lab.send(LabRequest().changed { $0.to = "<sip:alice@other.example>" })?.status == 404)
    #expect(lab.send(LabRequest().changed { $0.requestURI = "sip:EXAMPLE.com:5070" })?.status == 200)
  }

  @Test("UAS-03 an unknown Require is 420 with Unsupported; Proxy-Require is ignored")
  func extensions() {
    let lab = RegistrarLab()
    let request = LabRequest().changed {
      $0.rows = ["Require: path, a, b", "Require: c", "Proxy-Require: d"]
    }
    let answer = lab.send(request)
    #expect(answer?.status == 420)
    #expect(answer?.value(.unsupported) == "a, b, c")
    #expect(
      lab.send(LabRequest().changed { $0.rows = ["Require: path", "Proxy-Require: d"] })?.status == 200
    )
  }

  @Test("UAS-05 parameters of the address of record are dropped, and its escapes decoded")
  func addressOfRecord() {
    let lab = RegistrarLab()
    lab.send(LabRequest("<sip:a@192.0.2.10>").changed { $0.to = "<sip:%61lice@Example.com;foo>" })
    let answer = lab.send(LabRequest())
    #expect(answer?.rows(.contact) == ["<sip:a@192.0.2.10>;expires=3600"])
    #expect(lab.bindings() == ["sip:alice@example.com sip:a@192.0.2.10 3600"])
  }

  @Test("UAS-06 an asterisk beside other contacts, or without Expires 0, is 400")
  func wildcard() {
    let lab = RegistrarLab()
    lab.send(LabRequest("<sip:a@192.0.2.10>", "<sip:b@192.0.2.11>"))
    let wrong = [
      LabRequest("*, <sip:a@192.0.2.10>", expires: "0", cseq: 2),
      LabRequest("<sip:a@192.0.2.10>", "*", expires: "0", cseq: 2),
      LabRequest("*", expires: "60", cseq: 2), LabRequest("*", cseq: 2),
      LabRequest("*", "*", expires: "0", cseq: 2),
    ]
    for request in wrong { #expect(lab.send(request)?.status == 400) }
    #expect(lab.contacts().count == 2)
    let answer = lab.send(LabRequest("*", expires: "0", cseq: 2))
    #expect(answer?.status == 200)
    #expect(answer?.rows(.contact) == [])
    #expect(lab.contacts().isEmpty)
  }

  @Test("UAS-06 an asterisk obeys the order of CSeq too")
  func wildcardOrder() {
    let lab = RegistrarLab()
    lab.send(LabRequest("<sip:a@192.0.2.10>", cseq: 5))
    #expect(lab.send(LabRequest("*", expires: "0", cseq: 5))?.status == 500)
    #expect(lab.send(LabRequest("*", expires: "0", cseq: 1, callID: "other"))?.status == 200)
    #expect(lab.contacts().isEmpty)
  }

  @Test(
    "UAS-07 UAS-08 the contact's expires, then Expires, then the default; 423 only below an hour",
    arguments: [
      ("", nil, 200, 3600), ("", "600", 200, 600), (";expires=900", "600", 200, 900),
      (";expires=0", "600", 200, nil),
      ("", "0", 200, nil), (";expires=junk", "600", 200, 3600), ("", "junk", 200, 3600),
      (";expires=59", nil, 423, nil),
      ("", "59", 423, nil), (";expires=60", nil, 200, 60), (";expires=99999999999", nil, 200, 7200),
    ] as [(String, String?, UInt16, UInt32?)]
  )
  func expiry(_ parameter: String, _ header: String?, _ status: UInt16, _ granted: UInt32?) {
    let lab = RegistrarLab()
    let answer = lab.send(LabRequest("<sip:a@192.0.2.10>\(parameter)", expires: header))
    #expect(answer?.status == status)
    #expect(lab.core.bindings(at: lab.now).first?.expires == granted)
    if status == 423 { #expect(answer?.value(.minExpires) == "60") }
  }

  @Test("UAS-08 a wish of an hour is granted even where the minimum is longer")
  func hourIsNeverTooBrief() {
    let lab = RegistrarLab {
      $0.minExpires = 7200
      $0.maxExpires = 86_400
    }
    #expect(lab.send(LabRequest("<sip:a@192.0.2.10>", expires: "3600"))?.status == 200)
    #expect(lab.core.bindings(at: lab.now).first?.expires == 7200)
    #expect(lab.send(LabRequest("<sip:a@192.0.2.10>", expires: "3599", cseq: 2))?.status == 423)
  }

  @Test("UAS-09 the same Call-ID needs a higher CSeq; another Call-ID does not")
  func sequence() {
    let lab = RegistrarLab()
    lab.send(LabRequest("<sip:a@192.0.2.10>", cseq: 5))
    #expect(lab.send(LabRequest("<sip:a@192.0.2.10>;expires=0", cseq: 5))?.status == 500)
    #expect(lab.send(LabRequest("<sip:a@192.0.2.10>;expires=0", cseq: 4))?.status == 500)
    #expect(lab.contacts().count == 1)
    #expect(lab.send(LabRequest("<sip:a@192.0.2.10>;expires=60", cseq: 1, callID: "other"))?.status == 200)
    #expect(lab.send(LabRequest("<sip:a@192.0.2.10>;expires=0", cseq: 2, callID: "other"))?.status == 200)
    #expect(lab.contacts().isEmpty)
  }

  @Test("UAS-10 one bad contact in a list leaves all bindings as they were")
  func allOrNothing() {
    let lab = RegistrarLab()
    lab.send(LabRequest("<sip:a@192.0.2.10>", cseq: 5))
    #expect(lab.send(LabRequest("<sip:b@192.0.2.11>, \"open <sip:c@192.0.2.12>", cseq: 6))?.status == 400)
    #expect(
      lab.send(LabRequest("<sip:b@192.0.2.11>", "<sip:c@192.0.2.12>;expires=5", cseq: 6))?.status == 423
    )
    #expect(lab.send(LabRequest("<sip:b@192.0.2.11>", "<sip:a@192.0.2.10>", cseq: 5))?.status == 500)
    #expect(lab.contacts() == ["sip:a@192.0.2.10"])
  }

  @Test("UAS-11 the 200 lists all bindings with what is left of their time, and has a Date")
  func listing() {
    let lab = RegistrarLab()
    lab.send(LabRequest("\"A\" <sip:a@192.0.2.10>;q=0.5;expires=100", "<sip:b@192.0.2.11>;expires=200"))
    lab.now = lab.now + .milliseconds(5_500)
    let answer = lab.send(LabRequest(cseq: 2))
    #expect(
      answer?.rows(.contact) == ["<sip:a@192.0.2.10>;q=0.5;expires=95", "<sip:b@192.0.2.11>;expires=195"]
    )
    #expect(answer?.value(.date) == "Sat, 13 Nov 2010 23:29:05 GMT")
    lab.now = lab.now + .seconds(100)
    #expect(lab.send(LabRequest(cseq: 3))?.rows(.contact) == ["<sip:b@192.0.2.11>;expires=95"])
  }

  @Test("UAS-12 bindings are found by URI comparison, or by instance and reg-id")
  func sameBinding() {
    let lab = RegistrarLab()
    lab.send(LabRequest("<sip:A@192.0.2.10;transport=udp>"))
    lab.send(LabRequest("<SIP:%41@192.0.2.10;Transport=UDP;line=7>", cseq: 2))
    #expect(lab.contacts() == ["SIP:%41@192.0.2.10;Transport=UDP;line=7"])
    lab.send(LabRequest("<sip:A@192.0.2.10>", cseq: 3))
    #expect(lab.contacts().count == 2)
    lab.send(LabRequest("*", expires: "0", cseq: 4))
    lab.send(LabRequest("<sip:a@192.0.2.10>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", cseq: 5))
    lab.send(LabRequest("<sip:a@192.0.2.99:7>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", cseq: 6))
    lab.send(LabRequest("<sip:a@192.0.2.98>;+sip.instance=\"<urn:uuid:1>\";reg-id=2", cseq: 7))
    #expect(lab.contacts() == ["sip:a@192.0.2.98", "sip:a@192.0.2.99:7"])
  }

  @Test("UAS-15 UAS-16 the answer copies what it must, and goes to received and rport")
  func answering() {
    let lab = RegistrarLab()
    lab.source = Endpoint(address: .ipv4(IPv4Address("198.51.100.7")!), port: 40_000)
    let answer = lab.send(LabRequest().changed { $0.branch = "z9hG4bKx" })
    #expect(answer?.peer == lab.source)
    #expect(
      answer?.value(.via) == "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKx;rport=40000;received=198.51.100.7"
    )
    #expect(answer?.value(.from) == "<sip:alice@example.com>;tag=1")
    #expect(answer?.value(.callID) == "call-1")
    #expect(answer?.value(.cseq) == "1 REGISTER")
    #expect(answer?.read { $0.toTag?.count } == 16)
    #expect(answer?.value(.contentLength) == "0")
    let plain = lab.send(LabRequest().changed { $0.via = "192.0.2.10:5080" })
    #expect(plain?.peer.port == 5080)
    #expect(lab.send(LabRequest().changed { $0.via = "192.0.2.10" })?.peer.port == 5060)
  }

  @Test("UAS-13 Record-Route is ignored, and never part of an answer, nor is a 6xx")
  func recordRoutes() {
    let lab = RegistrarLab()
    let routed = LabRequest("<sip:a@192.0.2.10>").changed { $0.rows = ["Record-Route: <sip:192.0.2.50;lr>"] }
    let hostile = [
      routed, routed.changed { $0.to = "<tel:1>" }, routed.changed { $0.rows.append("Require: x") },
      LabRequest("*", expires: "60"), LabRequest("<sip:a@192.0.2.10>", expires: "1"),
    ]
    for (number, request) in hostile.enumerated() {
      let answer = lab.send(request.changed { $0.cseq = UInt32(number + 1) })
      #expect(answer?.value(.recordRoute) == nil)
      #expect((200..<600).contains(answer?.status ?? 0))
      #expect(answer?.peer == lab.source)
    }
    #expect(lab.contacts().isEmpty == false)
  }

  @Test("UAS-17 a copy gets the same answer, and changes nothing again")
  func copies() {
    let lab = RegistrarLab()
    let request = LabRequest("<sip:a@192.0.2.10>").changed { $0.branch = "z9hG4bKsame" }
    let first = lab.send(request)
    lab.now = lab.now + .seconds(31)
    #expect(lab.send(request)?.bytes == first?.bytes)
    #expect(lab.core.requests.map(\.isCopy) == [false, true])
    lab.now = lab.now + .seconds(2)
    #expect(lab.send(request)?.status == 500)
  }

  @Test("UAS-22 other methods: 405 with Allow, 501 for unknown ones, nothing for ACK, 200 for OPTIONS")
  func methods() {
    let lab = RegistrarLab()
    let status = { (method: String, lab: RegistrarLab) in
      lab.send(LabRequest().changed { $0.method = method })?.status
    }
    for method in ["INVITE", "BYE", "MESSAGE", "SUBSCRIBE", "PUBLISH"] { #expect(status(method, lab) == 405) }
    #expect(status("CANCEL", lab) == 481)
    #expect(status("register", lab) == 501)
    #expect(status("RE%47ISTER", lab) == 501)
    #expect(status("ACK", lab) == nil)
    #expect(status("OPTIONS", lab) == 200)
    #expect(lab.send(LabRequest().changed { $0.method = "INVITE" })?.value(.allow) == "REGISTER, OPTIONS")
  }

  @Test("responses and junk are never answered")
  func noAnswer() {
    let lab = RegistrarLab()
    let answer = lab.send(LabRequest())
    #expect(lab.receive(answer?.bytes ?? []) == nil)
    #expect(lab.receive([]) == nil)
    #expect(lab.receive(Array("\r\n\r\n".utf8)) == nil)
    #expect(lab.receive(Array("GET / HTTP/1.1\r\n\r\n".utf8)) == nil)
  }

  @Test("OUT-05 OUT-06 flows of one instance are bindings of their own, though their contacts are equal")
  func flows() {
    let lab = RegistrarLab()
    func contact(_ flow: Int, expires: Int = 60) -> String {
      "<sip:alice@192.0.2.9>;+sip.instance=\"<urn:x:1>\";reg-id=\(flow);expires=\(expires)"
    }
    func send(_ contact: String, _ callID: String, _ cseq: UInt32) -> LabAnswer? {
      let request = LabRequest(contact, cseq: cseq, callID: callID)
      return lab.send(request.changed { $0.rows = ["Supported: path, outbound"] })
    }
    // A plain binding of earlier becomes the first flow.
    #expect(send("<sip:alice@192.0.2.9>", "a", 1)?.value(.require) == nil)
    #expect(send(contact(1), "a", 2)?.value(.require) == "outbound")
    #expect(send(contact(2), "b", 1)?.status == 200)
    #expect(lab.contacts().count == 2)
    #expect(send(contact(1), "a", 3)?.status == 200)
    #expect(lab.contacts().count == 2)
    #expect(send(contact(2, expires: 0), "b", 2)?.status == 200)
    #expect(lab.contacts().count == 1)
    #expect(send(contact(2, expires: 0), "b", 3)?.status == 200)
    #expect(lab.contacts().count == 1)
    // A contact without a flow means all of them.
    #expect(send(contact(2), "b", 4)?.status == 200)
    #expect(send("<sip:alice@192.0.2.9>;expires=60", "c", 1)?.status == 200)
    #expect(lab.contacts().count == 1)
    #expect(send(contact(2, expires: 0), "b", 5)?.status == 200)
    #expect(lab.contacts().count == 1)
  }
}
