import Reconcile
import SIP

/// What the doctor found, for people: a section for this machine and for each next hop, a line for each check.
struct DoctorText {
  let document: DoctorDocument
  let palette: Palette

  init(_ document: DoctorDocument, palette: Palette = .plain) {
    self.document = document
    self.palette = palette
  }

  func lines() -> [String] {
    var lines = [palette.paint("This machine", .bold)] + document.local.flatMap(lines) + [""]
    for hop in document.nextHops { lines += self.lines(of: hop) + [""] }
    return lines + [closing]
  }

  /// A next hop with the accounts that go there.
  static func title(_ hop: DoctorDocument.HopEntry) -> String {
    let accounts = Columns.count(hop.accounts, "account", "accounts")
    guard hop.isProxy else { return "\(hop.nextHop), \(accounts)" }
    let more = hop.registrars.count - 1
    let registrars = (hop.registrars.first ?? "") + (more > 0 ? " and \(more) more" : "")
    return "\(hop.nextHop), outbound proxy before \(registrars), \(accounts)"
  }

  private func lines(of hop: DoctorDocument.HopEntry) -> [String] {
    var lines = [palette.paint(ShownText.escape(Self.title(hop)), .bold)]
    lines += (Self.steps(hop)).map { palette.paint("    \(ShownText.escape($0))", .dim) }
    return lines + hop.findings.flatMap(self.lines)
  }

  /// How its servers are found, and in which order they are tried.
  static func steps(_ hop: DoctorDocument.HopEntry) -> [String] {
    let servers = hop.servers.enumerated().map { number, server in
      "\(number + 1). \(server.address) over \(server.transport.uppercased()) (\(server.source))"
    }
    return [hop.steps] + hop.lookups.flatMap(lookup) + servers
  }

  private static func lookup(_ lookup: DoctorDocument.LookupEntry) -> [String] {
    let time = DurationText.text(measured: lookup.duration)
    let notes = [lookup.ttl.map { "TTL \($0) s" }, time].compactMap { $0 }.joined(separator: ", ")
    let answers = lookup.reason.map { [$0] } ?? lookup.records
    return answers.enumerated().map { number, answer in
      "\(lookup.query)  \(answer)" + (number == 0 ? "  (\(notes))" : "")
    }
  }

  private func lines(_ finding: Finding) -> [String] {
    let (sign, colour): (String, Palette.Colour) =
      switch finding.verdict {
      case .ok: ("✓", .green)
      case .warning: ("!", .yellow)
      case .problem: ("✗", .red)
      }
    let line = "  \(palette.paint(sign, colour)) \(ShownText.escape(Self.text(finding)))"
    return [line] + (finding.remedy.map { ["      \(ShownText.escape($0))"] } ?? [])
  }

  /// The finding with what it is about.
  static func text(_ finding: Finding) -> String {
    guard let subject = finding.account ?? finding.server else { return finding.message }
    return "\(subject): \(finding.message)"
  }

  /// How many findings there are of each kind.
  var closing: String {
    let summary = document.summary
    let parts: [(Int, String, Palette.Colour)] = [
      (summary.problems, Columns.count(summary.problems, "problem", "problems"), .red),
      (summary.warnings, Columns.count(summary.warnings, "warning", "warnings"), .yellow),
      (summary.ok, "\(summary.ok) in order", .green),
    ]
    return parts.filter { $0.0 > 0 }.map { palette.paint($0.1, $0.2) }.joined(separator: ", ") + "."
  }
}
