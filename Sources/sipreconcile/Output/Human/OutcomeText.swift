import Agent
import Reconcile
import SIP

/// Words about how a change ended.
enum OutcomeText {
  /// The SIP code and the reason, where there are any.
  static func reason(_ outcome: ReportDocument.OutcomeEntry) -> String {
    let words = [outcome.code.map(String.init), outcome.reason].compactMap { $0 }.filter { !$0.isEmpty }
    return ShownText.escape(words.joined(separator: " "))
  }

  /// What happens next.
  ///
  /// - Parameter isWatched: a watch did this, and goes on; else the next apply does.
  static func next(_ outcome: ReportDocument.OutcomeEntry, isWatched: Bool = false) -> String? {
    let successor = isWatched ? "the watch" : "the next apply"
    return switch (outcome.outcome, outcome.action) {
    case (.done, _): nil
    case (.failed, .unregister): "\(successor) tries again, until the binding is gone or has expired"
    case (.failed, .edit), (.failed, .refresh), (.failed, .follow):
      "the binding stays as it was until it expires; \(successor) tries again"
    case (.failed, _): "\(successor) tries again" + (isWatched ? "" : "; watch would by itself")
    case (.blocked, _): nil
    case (.notStarted, _): "\(successor) does it"
    }
  }

  /// One line when a change ends.
  static func line(_ outcome: ReportDocument.OutcomeEntry, palette: Palette) -> String {
    let account = ShownText.escape(outcome.account)
    let time = palette.paint(DurationText.text(measured: outcome.duration), .dim)
    switch outcome.outcome {
    case .done:
      return "\(palette.paint("✓", .green)) \(account): \(past(outcome.action)) \(time)"
    case .failed:
      return "\(palette.paint("✗", .red)) \(account): \(outcome.action.rawValue) failed: \(reason(outcome))"
    case .blocked:
      return "\(palette.paint("‖", .yellow)) \(account): blocked: \(reason(outcome))"
    case .notStarted:
      return "\(palette.paint("–", .yellow)) \(account): not started: \(reason(outcome))"
    }
  }

  private static func past(_ action: Change.Action) -> String {
    switch action {
    case .register: "registered"
    case .edit: "edited"
    case .repair: "repaired"
    case .refresh: "refreshed"
    case .replace: "replaced"
    case .move: "moved"
    case .follow: "follows"
    case .adopt: "adopted"
    case .unregister: "unregistered"
    case .local: "changed locally"
    }
  }
}
