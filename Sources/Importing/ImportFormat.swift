/// The files of other programs that can be imported.
package enum ImportFormat: String, CaseIterable, Sendable {
  case linphonerc, pjsip, freeswitch, baresip, uacreg

  /// Tells the format from the text itself; nil where it is not plain.
  package static func detect(_ text: String) -> ImportFormat? {
    let lines = text.split(whereSeparator: \.isNewline).lazy
      .map { $0.trimmed }
      .filter { !$0.isEmpty }
    for line in lines {
      let lowered = line.lowercased()
      if lowered.hasPrefix("<") {
        if lowered.hasPrefix("<sip:") || lowered.hasPrefix("<sips:") { return .baresip }
        return text.lowercased().contains("<gateway") ? .freeswitch : nil
      }
      if lowered.hasPrefix("[proxy_") || lowered.hasPrefix("[auth_info_") { return .linphonerc }
      if lowered.hasPrefix("type"), lowered.contains("=") {
        let value = lowered.drop { $0 != "=" }.drop { $0 == "=" || $0 == ">" }
        let kinds = ["registration", "auth", "transport", "endpoint", "aor", "identify", "global"]
        if kinds.contains(where: { String(value).trimmed.hasPrefix($0) }) { return .pjsip }
      }
      if lowered.contains("l_uuid"), lowered.contains("r_domain") { return .uacreg }
      if lowered.hasPrefix("\""), lowered.contains("<sip:") || lowered.contains("<sips:") { return .baresip }
    }
    return nil
  }
}
