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

  /// What happens next by itself, or by the next apply.
  static func next(_ outcome: ReportDocument.OutcomeEntry) -> String? {
    switch (outcome.outcome, outcome.action) {
    case (.done, _): nil
    case (.failed, .unregister): "the next apply tries again, until the binding is gone or has expired"
    case (.failed, .edit), (.failed, .refresh), (.failed, .follow):
      "the binding stays as it was until it expires; the next apply tries again"
    case (.failed, _): "the next apply tries again; watch would by itself"
    case (.blocked, _): nil
    case (.notStarted, _): "the next apply does it"
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
