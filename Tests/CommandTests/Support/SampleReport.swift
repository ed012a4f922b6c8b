import Reconcile

@testable import Agent
@testable import sipreconcile

/// A report with every outcome.
enum SampleReport {
  static let report: Report = {
    var failed = Outcome(
      account: "push",
      action: .register,
      kind: .failed,
      reason: "Forbidden",
      duration: .milliseconds(48)
    )
    failed.code = 403
    failed.remedy = "The registrar forbids this: check that the account is active there."
    var blocked = Outcome(
      account: "office",
      action: .register,
      kind: .blocked,
      reason: "waits for push, which failed: 403 Forbidden"
    )
    blocked.blockedBy = ["push"]
    blocked.remedy = "Make push register first; this account then follows by itself."
    var stays = Outcome(
      account: "gone",
      action: .unregister,
      kind: .failed,
      reason: "no answer",
      duration: .seconds(32)
    )
    stays.lapsesAt = Timestamp(milliseconds: 1_795_384_800_000)
    stays.remedy = "Check that packets reach it. The binding lapses by itself at 2026-11-22T22:00:00Z."
    return Report(
      planDigest: "3f9a2c41d0e7b85522f0a1c96d7e4b3f9a2c41d0e7b85522f0a1c96d7e4b0011",
      outcomes: [
        Outcome(account: "desk", action: .edit, kind: .done, duration: .milliseconds(1234)), failed, blocked,
        stays,
        Outcome(
          account: "late",
          action: .register,
          kind: .notStarted,
          reason: "not started within the time limit"
        ),
      ]
    )
  }()

  static var document: ReportDocument { ReportDocument(report) }
}
