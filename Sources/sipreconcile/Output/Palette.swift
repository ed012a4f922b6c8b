/// Colours for a terminal, or none.
struct Palette: Sendable {
  enum Colour: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
  }

  static let plain = Palette(isEnabled: false)

  var isEnabled: Bool

  func paint(_ text: String, _ colour: Colour?) -> String {
    guard isEnabled, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }
}
