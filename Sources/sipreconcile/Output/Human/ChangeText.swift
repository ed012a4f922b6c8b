import Agent
import Reconcile
import SIP

/// One change of a plan for people: a line, its fields, and what it waits for.
struct ChangeText {
  let change: PlanDocument.ChangeEntry
  let nameWidth: Int
  let palette: Palette

  init(_ change: PlanDocument.ChangeEntry, nameWidth: Int, _ palette: Palette) {
    self.change = change
    self.nameWidth = nameWidth
    self.palette = palette
  }

  func lines() -> [String] {
    let width = Columns.width(change.fields.lazy.map { ShownText.escape($0.path) }, limit: 24)
    var lines = [head()]
    lines += change.fields.map { fieldLine($0, width: width) }
    if !change.after.isEmpty {
      let masters = change.after.map(ShownText.escape).joined(separator: ", ")
      lines.append("      " + palette.paint("waits for \(masters)", .dim))
    }
    return lines
  }

  private func head() -> String {
    let sign = ActionSign(change)
    var parts = [
      sign.cell(palette),
      Columns.pad(ShownText.escape(change.account), to: nameWidth) + " ",
      palette.paint(Columns.pad(change.action.rawValue, to: 10), sign.colour),
    ]
    if let place { parts.append(place) }
    parts.append(palette.paint("(\(cause))", .dim))
    return parts.joined(separator: " ")
  }

  /// What each field was and will be, such as `expires: 600s → 1800s`.
  var fieldTexts: [String] {
    change.fields.map { "\(ShownText.escape($0.path)): \(values(of: $0))" }
  }

  /// Which identity is registered where, for a change that makes or ends a binding.
  var place: String? {
    switch change.action {
    case .register, .unregister, .adopt, .repair:
      guard let identity = change.identity, let registrar = change.registrar else { return nil }
      return "\(ShownText.escape(identity)) at \(ShownText.escape(registrar))"
    case .edit, .refresh, .replace, .move, .follow, .local: return nil
    }
  }

  /// Why, and where the file says so.
  var cause: String {
    let words =
      switch change.cause.kind {
      case .config: change.cause.at == nil ? "no longer declared" : "declared"
      case .drift: "drift: changed outside the file"
      case .expired: "the binding has expired"
      case .due: "past its refresh point"
      case .dependency: "what it depends on changes"
      case .address: "our own address changed"
      case .secret: "its secret changed"
      case .orphan: "left over from an earlier run"
      case .requested: "asked for"
      }
    guard let at = change.cause.at else { return words }
    return "\(words), \(ShownText.escape(Self.withoutColumn(at)))"
  }

  /// `file:line` of `file:line:column`.
  private static func withoutColumn(_ place: String) -> String {
    guard let colon = place.lastIndex(of: ":") else { return place }
    return String(place[..<colon])
  }

  private func fieldLine(_ field: PlanDocument.FieldEntry, width: Int) -> String {
    "      \(Columns.pad(ShownText.escape(field.path), to: width))  \(values(of: field))"
  }

  private func values(of field: PlanDocument.FieldEntry) -> String {
    if field.sensitive { return palette.paint("(secret, changed)", .yellow) }
    let before = field.before.map(ShownText.escape)
    let after = field.after.map(ShownText.escape)
    switch (before, after) {
    case (let before?, let after?):
      return palette.paint(before, .red) + " → " + palette.paint(after, .green)
    case (nil, let after?): return palette.paint(after, .green)
    case (let before?, nil): return palette.paint(before, .red) + " → " + palette.paint("(none)", .dim)
    case (nil, nil): return "(changed)"
    }
  }
}
