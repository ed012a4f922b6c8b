import Reconcile
import SIP

@testable import Agent
@testable import sipreconcile

/// A plan with every action, and everything that a plan can hold.
enum SamplePlan {
  static let plan: Plan = {
    var plan = Plan(
      owner: "office",
      changes: changes,
      live: LiveSummary(source: .registrar, asked: 14, answered: 13)
    )
    plan.unchanged = ["lobby", "kitchen"]
    plan.kept = [KeptAccount(account: "vault", action: .unregister, reason: "protected by protect: true")]
    plan.unknown = [UnknownAccount(account: "carrier", reason: "503 Service Unavailable")]
    plan.foreign = [
      ForeignBinding(account: "push", binding: Binding(contact: "sip:alice@198.51.100.9:5060", expires: 812)),
      ForeignBinding(account: "push", binding: Binding(contact: "sip:alice@198.51.100.10")),
    ]
    plan.refusals = [
      Refusal(
        rule: "max-unregister",
        message: "3 of 8 owned accounts would be unregistered or replaced, and the limit is 30 %",
        option: "--allow-unregister 3"
      )
    ]
    plan.diagnostics = [Diagnostic(.warning, at: place(7), "a password stands in the file", rule: "literal")]
    plan.digest = "3f9a2c41d0e7b85522f0a1c96d7e4b3f9a2c41d0e7b85522f0a1c96d7e4b0011"
    return plan
  }()

  static func account(_ id: AccountID) -> Account? {
    Account(
      id: id,
      identity: NameAddress(displayName: nil, uri: try! SIPURI(parsing: "sip:\(id)@example.org"))
    )
  }

  static var document: PlanDocument { PlanDocument(plan, account: account) }

  private static var changes: [Change] {
    var edit = change("desk", .edit, Cause(.config, at: place(31)), [.edit])
    edit.fields = [
      FieldChange(path: "expires", before: "3600s", after: "600s"),
      FieldChange(path: "outboundProxy", before: nil, after: "sip:edge.example.org;lr"),
      FieldChange(path: "description", before: "the desk", after: nil),
      FieldChange(path: "auth", before: nil, after: nil, isSensitive: true),
    ]
    var replace = change(
      "gate",
      .replace,
      Cause(.config, at: place(44)),
      [.unregister(callID: "c1"), .register]
    )
    replace.fields = [
      FieldChange(path: "identity", before: "<sip:gate@example.org>", after: "<sip:door@example.org>")
    ]
    var follow = change("home", .follow, Cause(.dependency, at: place(52)), [.refresh], wave: 2)
    follow.after = ["trunk"]
    return [
      change("push", .register, Cause(.config, at: place(23)), [.register]),
      edit,
      change("fax", .edit, Cause(.secret, at: place(35)), [.edit]),
      change("bell", .repair, Cause(.drift, at: place(39)), [.refresh]),
      change("hall", .refresh, Cause(.due), [.refresh]),
      replace,
      change(
        "trunk",
        .move,
        Cause(.config, at: place(48)),
        [.register, .unregister(callID: "c2"), .restore(account: "trunk")]
      ),
      change(
        "attic",
        .adopt,
        Cause(.config, at: place(56)),
        [.record, .removeForeign(contact: "sip:x@192.0.2.7")]
      ),
      change("porch", .local, Cause(.config, at: place(60)), [.record, .forget(callID: "c3")]),
      follow,
      change("old", .unregister, Cause(.config), [.unregister(callID: "c4")], wave: 3),
      change("older", .unregister, Cause(.orphan), [.unregister(callID: "c5")], wave: 3),
    ]
  }

  private static func change(
    _ account: AccountID,
    _ action: Change.Action,
    _ cause: Cause,
    _ steps: [Step],
    wave: Int = 1
  ) -> Change {
    var change = Change(account: account, action: action, cause: cause, steps: steps)
    change.wave = wave
    return change
  }

  private static func place(_ line: Int) -> SourceLocation {
    SourceLocation(file: "accounts.yaml", line: line, column: 3)
  }
}
