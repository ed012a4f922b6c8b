extension ValueShape {
  /// What the value may be, in a cell of a Markdown table.
  var words: String {
    switch self {
    case .text, .prose, .matching: "text"
    case .textOrNothing: "text, or nothing"
    case .flag: "`true` or `false`"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .seconds(let lowest): lowest > 0 ? "duration from \(lowest) s" : "duration"
    case .percent: "`0%` to `100%`"
    case .preference: "0 to 1"
    case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .constant(let text): "`\(text)`"
    case .uri: "SIP URI"
    case .mapping(let keys): ValueShape.link("mapping", to: keys.section)
    case .defaults: ValueShape.link("mapping", to: .defaults)
    case .names(.mapping(let keys), _): "names, each with a \(ValueShape.link("mapping", to: keys.section))"
    case .names: "names with texts"
    case .list(let element): "\(element.words), or a list"
    case .array(let element): "list of \(element.plural)"
    case .either(let shapes): shapes.map(\.words).joined(separator: " or ")
    }
  }

  private var plural: String { if case .text = self { "texts" } else { words } }

  private static func link(_ text: String, to section: SectionEntry) -> String {
    "[\(text)](#\(section.anchor))"
  }
}

extension SectionEntry {
  var anchor: String { heading.replacing(" ", with: "-") }
}
