import SIP
import Testing

@testable import EmbeddedRegistrar

@Suite struct RegistrarLimitsTests {
  @Test("UAS-25 one binding too many for an address of record is 403, and the others stay")
  func bindings() {
    let lab = RegistrarLab { $0.limits.bindingsPerIdentity = 2 }
    #expect(lab.send(LabRequest("<sip:a@192.0.2.1>", "<sip:b@192.0.2.2>"))?.status == 200)
    #expect(lab.send(LabRequest("<sip:c@192.0.2.3>", cseq: 2))?.status == 403)
    #expect(lab.contacts().count == 2)
    #expect(lab.send(LabRequest("<sip:a@192.0.2.1>", cseq: 3))?.status == 200)
  }

  @Test("UAS-25 one address of record too many is 503, until another has expired")
  func identities() {
    let lab = RegistrarLab { $0.limits.identities = 1 }
    let other = LabRequest("<sip:b@192.0.2.2>").changed { $0.to = "<sip:bob@example.com>" }
    #expect(lab.send(LabRequest("<sip:a@192.0.2.1>", expires: "60"))?.status == 200)
    #expect(lab.send(other)?.status == 503)
    #expect(lab.send(other)?.value(.retryAfter) == "60")
    lab.now = lab.now + .seconds(61)
    #expect(lab.send(other)?.status == 200)
  }

  @Test("UAS-25 a message that is too large is 513")
  func messageSize() {
    let lab = RegistrarLab { $0.limits.messageBytes = 1000 }
    let large = LabRequest().changed { $0.rows = ["X: " + String(repeating: "x", count: 1000)] }
    #expect(lab.send(large)?.status == 513)
  }

  @Test("UAS-25 answers and the log are kept up to their limits")
  func bounded() {
    let lab = RegistrarLab {
      $0.limits.transactions = 2
      $0.limits.loggedRequests = 3
    }
    let first = LabRequest("<sip:a@192.0.2.1>").changed { $0.branch = "z9hG4bKfirst" }
    lab.send(first)
    for number in 2...4 as ClosedRange<UInt32> { lab.send(LabRequest("<sip:a@192.0.2.1>", cseq: number)) }
    #expect(lab.send(first)?.status == 500)
    #expect(lab.core.requests.map(\.cseq) == [3, 4, 1])
    #expect(lab.core.requestCount == 5)
  }

  @Test("UAS-28 a restart loses the bindings")
  func restart() {
    let lab = RegistrarLab()
    lab.send(LabRequest("<sip:a@192.0.2.1>"))
    lab.core.restart()
    #expect(lab.contacts().isEmpty)
  }
}
