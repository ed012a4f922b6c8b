import Reconcile
import SIP
import Testing

@testable import Agent

/// What the status says where a registrar lists our contact in another form.
struct RewrittenContactTests {
  private static let noon = Timestamp(milliseconds: 1_795_348_800_000)
  private static let instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"

  /// The status after a 200 that lists these bindings.
  private static func status(_ bindings: [Binding]) throws -> AccountStatus {
    let account = Account.named("a") { $0.outbound.isEnabled = true }
    var row = OwnedRegistration(callID: "c", account: account, phase: .bound, updatedAt: noon)
    row.contact = "sip:a@192.0.2.1:5060"
    row.instanceID = instance
    row.expiresAt = noon + .seconds(600)
    var event = RegistrationEvent(account: "a", state: .ok)
    event.contact = row.contact
    event.expiresIn = .seconds(600)
    event.bindings = bindings
    var activity = AccountActivity()
    activity.take(event, at: Instant(nanoseconds: 0), time: noon)
    let builder = StatusBuilder(
      desired: DesiredState(owner: "o", accounts: [DesiredAccount(account)]),
      activities: ["a": activity],
      at: noon,
      Instant(nanoseconds: 0)
    )
    return try #require(builder.accounts(owned: [row]).first)
  }

  @Test("REG-50 a contact that the registrar has rewritten is ready, flagged, and ours")
  func rewritten() throws {
    let foreign = Binding(contact: "sip:a@198.51.100.3:99", expires: 60, instanceID: "<urn:uuid:other>")
    let ours = Binding(contact: "sip:a@203.0.113.9:1024", expires: 600, instanceID: "<\(Self.instance)>")
    let status = try Self.status([foreign, ours])
    #expect(status[.ready]?.status == .yes && status[.ready]?.reason == "Registered")
    let words = "contact-rewritten: the registrar lists ours as <sip:a@203.0.113.9:1024>"
    #expect(status[.ready]?.message.hasSuffix("; " + words) == true)
    #expect(status.bindings.filter { $0.contact == ours.contact }.map(\.ours) == [true])
    #expect(status.bindings.filter { $0.contact == foreign.contact }.map(\.ours) == [false])
  }

  @Test("REG-50 a contact that comes back as it was sent is not flagged, whoever else is there")
  func asSent() throws {
    let old = Binding(contact: "sip:a@203.0.113.9:1024", expires: 5, instanceID: "<\(Self.instance)>")
    let status = try Self.status([old, Binding(contact: "sip:a@192.0.2.1:5060", expires: 600)])
    #expect(status[.ready]?.status == .yes)
    #expect(status[.ready]?.message.contains("rewritten") == false)
  }
}
