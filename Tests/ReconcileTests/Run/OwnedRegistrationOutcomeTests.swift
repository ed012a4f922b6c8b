import Reconcile
import SIP
import Testing

@Suite struct OwnedRegistrationOutcomeTests {
  @Test("COD-01 an accepted REGISTER that bound nothing is not called OK", arguments: [true, false])
  func anAcceptedRegisterThatBoundNothingIsNotCalledOK(_ isBound: Bool) throws {
    let uri = try SIPURI(parsing: "sip:a@example.org")
    let account = Account(id: "a", identity: NameAddress(displayName: nil, uri: uri))
    let now = Timestamp(milliseconds: 0)
    var row = OwnedRegistration(callID: "c", account: account, phase: .pending, updatedAt: now)
    var event = RegistrationEvent(
      account: "a",
      state: isBound ? .ok : .failed,
      reason: "OK",
      callID: "c",
      cseq: 1
    )
    event.code = 200
    event.failure = isBound ? nil : .notBound
    row.apply(event, at: now)
    #expect(row.lastReason == (isBound ? "OK" : "accepted, but our binding is not listed"))
  }

  @Test func whatMayBeBoundIsKeptForAsLongAsItMayLast() throws {
    let uri = try SIPURI(parsing: "sip:a@example.org")
    let account = Account(id: "a", identity: NameAddress(displayName: nil, uri: uri))
    let now = Timestamp(milliseconds: 0)
    var row = OwnedRegistration(callID: "c", account: account, phase: .pending, updatedAt: now)
    var event = RegistrationEvent(account: "a", state: .failed, reason: "Forbidden", callID: "c", cseq: 2)
    event.code = 403
    event.failure = .refused
    event.contact = "sip:a@192.0.2.1"
    event.mayBeBoundFor = .seconds(60)
    row.apply(event, at: now)
    #expect(row.phase == .pending && row.mayBeBound(at: now + .seconds(59)))
    #expect(!row.mayBeBound(at: now + .seconds(60)))
    event.mayBeBoundFor = nil
    row.apply(event, at: now)
    #expect(row.phase == .cleared && row.expiresAt == nil)
  }

  @Test func whatIsOnItsWayIsKnownToTheRow() throws {
    let uri = try SIPURI(parsing: "sip:a@example.org")
    let account = Account(id: "a", identity: NameAddress(displayName: nil, uri: uri))
    let now = Timestamp(milliseconds: 0)
    var row = OwnedRegistration(callID: "c", account: account, phase: .cleared, updatedAt: now)
    row.lastCode = 403
    var event = RegistrationEvent(account: "a", state: .progress, callID: "c", cseq: 2)
    event.contact = "sip:a@192.0.2.1"
    row.apply(event, at: now)
    #expect(row.phase == .pending && row.contact == "sip:a@192.0.2.1" && row.lastCode == 403)
    row.phase = .bound
    row.refreshAt = now + .seconds(50)
    event.state = .refreshing
    event.formerContacts = ["sip:a@192.0.2.2"]
    event.expiresIn = .seconds(60)
    row.apply(event, at: now)
    #expect(row.phase == .bound && row.formerContacts == ["sip:a@192.0.2.2"])
    #expect(row.refreshAt == now + .seconds(50) && row.expiresAt == now + .seconds(60))
  }
}
