import Agent
import Reconcile

/// The sign that stands before a change in a plan, and its colour.
struct ActionSign: Equatable {
  var text: String
  var colour: Palette.Colour

  init(_ change: PlanDocument.ChangeEntry) {
    switch change.action {
    case .register: self.init("+", .green)
    case .edit, .follow: self.init("~", .yellow)
    case .repair, .refresh: self.init("r", .cyan)
    case .replace, .move: self.init(Self.breaksFirst(change) ? "-/+" : "+/-", .magenta)
    case .adopt: self.init("a", .blue)
    case .unregister: self.init("-", .red)
    case .local: self.init(".", .dim)
    }
  }

  private init(_ text: String, _ colour: Palette.Colour) {
    self.text = text
    self.colour = colour
  }

  /// True where the old binding goes before the new one comes.
  private static func breaksFirst(_ change: PlanDocument.ChangeEntry) -> Bool {
    let order = change.steps.map(\.step).filter { $0 == "register" || $0 == "unregister" }
    return order.first == "unregister"
  }

  /// The sign in a column of its own.
  func cell(_ palette: Palette) -> String {
    String(repeating: " ", count: max(0, 3 - text.count)) + palette.paint(text, colour)
  }

  /// Kept by a rule.
  static let kept = ActionSign("!", .yellow)
  /// Live state not readable.
  static let unknown = ActionSign("?", .yellow)
}
