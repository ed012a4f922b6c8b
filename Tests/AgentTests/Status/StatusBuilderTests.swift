import Foundation
import Reconcile
import SIP
import Testing

@testable import Agent

@Suite struct StatusBuilderTests {
  let noon = Timestamp(milliseconds: 1_795_348_800_000)

  private func row(_ name: String, _ phase: OwnedRegistration.Phase = .bound) -> OwnedRegistration {
    var row = OwnedRegistration(callID: "call-\(name)", account: .named(name), phase: phase, updatedAt: noon)
    row.contact = "sip:\(name)@192.0.2.1"
    row.granted = 600
    row.expiresAt = noon + .seconds(600)
    row.refreshAt = noon + .seconds(500)
    row.lastCode = 200
    row.lastReason = "OK"
    return row
  }

  private func desired(_ accounts: Account...) -> DesiredState {
    DesiredState(owner: "office", accounts: accounts.map { DesiredAccount($0) })
  }

  private func status(
    _ desired: DesiredState?,
    _ rows: OwnedRegistration...,
    after seconds: Int = 0
  ) -> [AccountStatus] {
    StatusBuilder(desired: desired, at: noon + .seconds(seconds)).accounts(owned: rows)
  }

  @Test func aBoundAccountIsReadyUntilItExpires() throws {
    let status = try #require(status(desired(.named("a")), row("a"), after: 10).first)
    #expect(status.state == .ok)
    #expect(status[.ready]?.status == .yes)
    #expect(status[.ready]?.message == "until 2026-11-22T12:10:00Z")
    #expect(status[.reconciling]?.status == .no)
    #expect(status.expiresAt == "2026-11-22T12:10:00Z")
    #expect(status.nextRefreshAt == "2026-11-22T12:08:20Z")
    #expect(status.bindings == [.init(contact: "sip:a@192.0.2.1", expires: 590, ours: true)])
  }

  @Test("GRU-02 GRU-03 GRU-04 an agent shows the GRUUs to the letter; the state alone knows none")
  func gruus() throws {
    var event = RegistrationEvent(account: "a", state: .ok)
    event.gruus = GrantedGRUUs(publicURI: "sip:A@h;gr=%31", temporaryURI: "sip:t==@h;gr")
    var activity = AccountActivity()
    activity.take(event, at: Instant(nanoseconds: 0), time: noon)
    func shown(_ activities: AccountTable<AccountActivity>) -> AccountStatus? {
      let builder = StatusBuilder(
        desired: desired(.named("a")),
        activities: activities,
        at: noon,
        Instant(nanoseconds: 0)
      )
      return builder.accounts(owned: [row("a")]).first
    }
    #expect(shown(["a": activity])?.publicGRUU == "sip:A@h;gr=%31")
    #expect(shown(["a": activity])?.temporaryGRUU == "sip:t==@h;gr")
    let alone = try #require(shown([:]))
    #expect(alone.publicGRUU == nil && alone.temporaryGRUU == nil)
    event.gruus = nil
    activity.take(event, at: Instant(nanoseconds: 0), time: noon)
    #expect(shown(["a": activity])?.publicGRUU == nil)
  }

  @Test("REC-93 an expired binding is never shown as ready, whoever looks, and since when")
  func expired() throws {
    var activity = AccountActivity()
    activity.state = .ok
    activity.since.update([.ready], at: noon)
    let later = noon + .seconds(601)
    let builder = StatusBuilder(
      desired: desired(.named("a")),
      activities: ["a": activity],
      at: later,
      Instant(nanoseconds: 0)
    )
    for status in builder.accounts(owned: [row("a")]) + status(desired(.named("a")), row("a"), after: 601) {
      #expect(status.state == .failed)
      #expect(status[.ready]?.status == .no)
      #expect(status[.ready]?.reason == "Expired")
      #expect(status[.ready]?.since == "2026-11-22T12:10:00Z")
      #expect(status.bindings == [])
    }
  }

  @Test func aBindingForAnotherDeclarationIsNotReady() throws {
    let status = try #require(status(desired(.named("a") { $0.expires = 60 }), row("a")).first)
    #expect(status[.ready]?.reason == "Outdated")
    #expect(status[.reconciling]?.status == .yes)
  }

  @Test func whatIsDeclaredAndNotOwnedIsPending() throws {
    let status = try #require(status(desired(.named("a"))).first)
    #expect(status.state == .none)
    #expect(status[.ready]?.reason == "NotRegisteredYet")
    #expect(status[.reconciling]?.reason == "Pending")
  }

  @Test func aChainNamesItsRootCause() throws {
    let accounts = status(desired(.named("a"), .named("b", on: "a"), .named("c", on: "b")))
    #expect(accounts.map(\.blockedBy) == [[], ["a"], ["a", "b"]])
    #expect(accounts[2][.blocked]?.message == "waits for a, which is not registered")
    #expect(accounts[0][.blocked]?.status == .no)
  }

  @Test func aDisabledAccountIsSuspended() throws {
    let status = try #require(status(desired(.named("a") { $0.register = false }), row("a", .cleared)).first)
    #expect(status.state == .cleared)
    #expect(status[.suspended]?.status == .yes)
    #expect(status[.reconciling]?.status == .no)
    #expect(status[.stalled]?.status == .no)
  }

  @Test func whatARefusedPlanWouldRemoveIsHeldAndNotSuspended() throws {
    let refusal = Refusal(rule: "max-unregister", message: "too many", option: "--allow-unregister 1")
    let builder = StatusBuilder(
      desired: desired(.named("a") { $0.register = false }),
      activities: [:],
      refusals: [refusal],
      at: noon,
      Instant(nanoseconds: 0)
    )
    let status = try #require(builder.accounts(owned: [row("a")]).first)
    #expect(status.state == .ok)
    #expect(status[.suspended]?.status == .no)
    #expect(status[.reconciling]?.reason == "PlanRefused")
    #expect(
      status[.reconciling]?.message == "held as before: the plan waits for --allow-unregister 1"
    )
  }

  @Test func aBoundDependentOfAFailedMasterIsBlockedAndHasNoTimeInThePast() throws {
    let late = status(desired(.named("m"), .named("d", on: "m")), row("m", .cleared), row("d"), after: 550)
    #expect(late[1][.blocked]?.status == .yes)
    #expect(late[1].blockedBy == ["m"])
    #expect(late[1].nextRefreshAt == nil)
  }

  @Test func aRefusedAccountIsStalledWithTheRegistrarsWords() throws {
    var refused = row("a", .cleared)
    refused.lastCode = 403
    refused.lastReason = "Forbidden"
    let status = try #require(status(desired(.named("a")), refused).first)
    #expect(status.state == .failed)
    #expect(status[.stalled]?.status == .yes)
    #expect(status[.stalled]?.message == "403 Forbidden")
    #expect(status[.reconciling]?.status == .no)
  }

  @Test func aTroubledRegistrarIsNoReasonToBeStalled() throws {
    for code in [408, 480, 500, 503] as [UInt16] {
      var refused = row("a", .cleared)
      refused.lastCode = code
      let status = try #require(status(desired(.named("a")), refused).first)
      #expect(status[.stalled]?.status == .no)
      #expect(status[.reconciling]?.status == .yes)
    }
  }

  @Test func whatIsOwnedBesideTheFilesIsShownAsLeaving() throws {
    let accounts = status(desired(.named("a")), row("a"), row("gone", .tombstone))
    #expect(accounts.map(\.account) == ["a", "gone"])
    #expect(accounts[1][.reconciling]?.reason == "Removing")
    #expect(accounts[1][.ready]?.status == .no)
    #expect(accounts[1].bindings.map(\.ours) == [true])
  }

  @Test func withoutFilesWhatIsOwnedStandsAsItWasRegistered() throws {
    let accounts = status(nil, row("b"), row("a"))
    #expect(accounts.map(\.account) == ["a", "b"])
    #expect(accounts.allSatisfy { $0[.ready]?.status == .yes })
  }

  @Test func aDocumentSurvivesItsJSON() throws {
    let accounts = status(desired(.named("a"), .named("b", on: "a")), row("a"))
    var document = StatusDocument(owner: "office", at: noon, accounts: accounts)
    document.agent = AgentStatus(
      pid: 7,
      host: "h",
      startedAt: noon,
      manifestAccepted: false,
      diagnostics: [
        Diagnostic(.error, at: SourceLocation(file: "a.yaml", line: 2, column: 3), "bad", rule: "r")
      ]
    )
    let json = try JSONEncoder().encode(document)
    #expect(try JSONDecoder().decode(StatusDocument.self, from: json) == document)
    #expect(document.agent?.diagnostics == ["a.yaml:2:3: error: bad"])
    #expect(String(decoding: json, as: UTF8.self).contains(#""status":"True""#))
  }
}
