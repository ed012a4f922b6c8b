import Reconcile
import SIP

/// All files as one, after includes, rows and defaults, with the origin of each value as a comment.
package struct EffectiveManifest {
  private let desired: DesiredState
  private let defaults: [String: [AccountField: SourceLocation]]
  /// Comments begin in this column where there is room.
  private static let margin = 56

  package init(_ result: LoadResult) {
    desired = result.decoded
    defaults = result.defaultLocations
  }

  package var lines: [String] {
    var lines = ["apiVersion: sipreconcile/v1", "owner: \(YAMLText.scalar(desired.owner))"]
    if let name = desired.defaultAccount { lines.append("default: \(YAMLText.scalar(name.name))") }
    if let engine = desired.engine.yaml { lines.append("engine: \(engine.flow)") }
    lines.append("reconcile: \(desired.policy.yaml.flow)")
    let limited = desired.registrars.filter { $0.maxRate != nil || $0.maxInFlight != nil }
    if !limited.isEmpty { lines += ["registrars:"] + limited.map(\.yamlLine) }
    lines.append(desired.accounts.isEmpty ? "accounts: {}" : "accounts:")
    for account in desired.accounts { write(account, into: &lines) }
    return lines
  }

  private func write(_ desired: DesiredAccount, into lines: inout [String]) {
    let name = "  \(YAMLText.scalar(desired.account.id.name)):"
    lines.append(EffectiveManifest.line(name, origin: desired.at.map { "\($0.file):\($0.line)" } ?? ""))
    for (key, value) in desired.account.yaml {
      lines.append(EffectiveManifest.line("    \(key): \(value.flow)", origin: origin(of: key, desired)))
    }
  }

  private func origin(of key: AccountKey, _ desired: DesiredAccount) -> String {
    guard let field = key.field else { return "" }
    if let place = self.place(of: field, desired) { return place }
    switch key {
    case .registrar: return "the identity's domain"
    case .outboundProxy, .tls:
      return place(of: .registrar, desired).map { "the registrar of \($0)" } ?? "the default"
    default: return "the default"
    }
  }

  private func place(of field: AccountField, _ desired: DesiredAccount) -> String? {
    if let at = desired.fieldLocations[field] { return "\(at.file):\(at.line)" }
    guard let file = desired.at?.file, let at = defaults[file]?[field] else { return nil }
    return "defaults, \(at.file):\(at.line)"
  }

  private static func line(_ text: String, origin: String) -> String {
    guard !origin.isEmpty else { return text }
    let gap = String(repeating: " ", count: max(2, margin - text.count))
    return text + gap + "# " + ShownText.escape(origin)
  }
}

extension EngineSettings {
  fileprivate var yaml: YAMLValue? {
    var pairs: [(String, YAMLValue)] = []
    if let userAgent { pairs.append(("userAgent", .text(userAgent))) }
    if let bind { pairs.append(("bind", .text(bind))) }
    if let advertise { pairs.append(("advertise", .text(advertise))) }
    if let natContact { pairs.append(("natContact", .word(natContact.rawValue))) }
    if let localAddresses { pairs.append(("localAddresses", .word(localAddresses.rawValue))) }
    if challenges.isRequired { pairs.append(("requireChallenge", .flag(true))) }
    if challenges.downgrade != ChallengePolicy().downgrade {
      pairs.append(("downgrade", .word(challenges.downgrade.rawValue)))
    }
    if overloadControl { pairs.append(("overloadControl", .flag(true))) }
    return pairs.isEmpty ? nil : .mapping(pairs)
  }
}

extension ReconcilePolicy {
  fileprivate var yaml: YAMLValue {
    .mapping([
      ("prune", .word(prune.rawValue)), ("maxUnregister", .word("\(maxUnregister)%")),
      ("interval", .duration(interval)),
    ])
  }
}

extension RegistrarLimits {
  fileprivate var yamlLine: String {
    var pairs: [(String, YAMLValue)] = [("uri", .text(uri.description))]
    if let maxRate { pairs.append(("maxRate", .word("\(maxRate)"))) }
    if let maxInFlight { pairs.append(("maxInFlight", .word("\(maxInFlight)"))) }
    return "  \(YAMLText.scalar(name)): \(YAMLValue.mapping(pairs).flow)"
  }
}
