import Manifests
import Reconcile
import SIP

/// Writes imported accounts as a manifest, with what could not be carried over as comments.
package struct ManifestWriter {
  private var lines: [String] = []

  /// The text of the manifest, with a line feed at its end.
  package static func text(of imported: Import, owner: String, heading: [String]) -> String {
    var writer = ManifestWriter()
    writer.lines = heading.map { comment($0) }
    writer.lines += ["apiVersion: sipreconcile/v1", "owner: \(YAMLText.scalar(owner))"]
    if let name = imported.defaultAccount { writer.lines += ["", "default: \(YAMLText.scalar(name.name))"] }
    writer.lines += ["", imported.accounts.isEmpty ? "accounts: {}" : "accounts:"]
    for account in imported.accounts { writer.write(account) }
    let missing = imported.diagnostics.filter { $0.severity == .error }
    if !missing.isEmpty { writer.lines += ["", "# Not imported:"] }
    for diagnostic in missing { writer.lines.append(comment(place(diagnostic) + diagnostic.message)) }
    return writer.lines.map { $0 + "\n" }.joined()
  }

  private static func comment(_ text: String) -> String {
    // What a file holds may not end the comment.
    let safe = String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 })
    )
    return safe.isEmpty ? "#" : "# " + safe
  }

  private static func place(_ diagnostic: Diagnostic) -> String {
    diagnostic.at.map { "\($0.file):\($0.line): " } ?? ""
  }

  private mutating func write(_ imported: ImportedAccount) {
    let account = imported.account
    lines.append("  \(YAMLText.scalar(account.id.name)):")
    for remark in imported.remarks {
      lines.append("    " + ManifestWriter.comment(ManifestWriter.place(remark) + remark.message))
    }
    let identity = account.identity
    field("identity", identity.displayName == nil ? identity.uri.description : identity.description)
    let domain = SIPURI(scheme: identity.uri.scheme, host: identity.uri.host, port: identity.uri.port)
    if account.registrar != domain { field("registrar", account.registrar.description) }
    writeRoutes(account.outboundProxy)
    if let transport = account.transport { field("transport", transport.rawValue) }
    if !account.register { lines.append("    register: false") }
    if let master = account.dependsOn.first { field("dependsOn", master.account.name) }
    writeCredentials(account.credentials)
    if account.expires != 3600 { lines.append("    expires: \(ManifestWriter.duration(account.expires))") }
    if let contact = account.contact { field("contact", contact.uri.description) }
    if let push = account.push { writePush(push) }
    if account.outbound.isEnabled { lines.append("    outbound: true") }
    writeRetry(account.retry)
    if account.sharedIdentity { lines.append("    sharedIdentity: true") }
  }

  private mutating func field(_ key: String, _ value: String) {
    lines.append("    \(key): \(YAMLText.scalar(value))")
  }

  private mutating func writeRoutes(_ routes: [SIPURI]) {
    guard routes.count > 1 else {
      if let route = routes.first { field("outboundProxy", route.description) }
      return
    }
    lines.append("    outboundProxy:")
    for route in routes { lines.append("      - \(YAMLText.scalar(route.description))") }
  }

  private mutating func writeCredentials(_ credentials: [CredentialDeclaration]) {
    guard credentials.count > 1 else {
      if let credential = credentials.first { lines.append("    auth: \(flow(credential))") }
      return
    }
    lines.append("    auth:")
    for credential in credentials { lines.append("      - \(flow(credential))") }
  }

  private func flow(_ credential: CredentialDeclaration) -> String {
    var parts = ["username: \(YAMLText.scalar(credential.username))"]
    if let realm = credential.realm { parts.append("realm: \(YAMLText.scalar(realm))") }
    parts.append("\(credential.kind.rawValue): \(reference(credential.secret))")
    if !credential.algorithms.isEmpty {
      let names = credential.algorithms.map { YAMLText.scalar($0.rawValue) }.joined(separator: ", ")
      parts.append("algorithms: [\(names)]")
    }
    return "{ \(parts.joined(separator: ", ")) }"
  }

  private mutating func writePush(_ push: PushParameters) {
    var parts = ["provider: \(YAMLText.scalar(push.provider))"]
    if let param = push.param { parts.append("param: \(YAMLText.scalar(param))") }
    if let prid = push.pridReference { parts.append("prid: \(reference(prid))") }
    lines.append("    push: { \(parts.joined(separator: ", ")) }")
  }

  private func reference(_ reference: SecretReference) -> String {
    switch reference {
    case .environment(let name): "{ fromEnv: \(YAMLText.scalar(name)) }"
    case .file(let path): "{ fromFile: \(YAMLText.scalar(path)) }"
    case .credential(let name): "{ fromCredential: \(YAMLText.scalar(name)) }"
    case .command(let arguments):
      "{ fromCommand: [\(arguments.map(YAMLText.scalar).joined(separator: ", "))] }"
    // A secret never stands in the text; an import makes none of these.
    case .literal: "{ fromEnv: SECRET }"
    }
  }

  private mutating func writeRetry(_ retry: RetryPolicy) {
    let usual = RetryPolicy()
    guard retry != usual else { return }
    var parts: [String] = []
    if retry.base != usual.base { parts.append("base: \(ManifestWriter.duration(retry.base))") }
    if retry.max != usual.max { parts.append("max: \(ManifestWriter.duration(retry.max))") }
    if retry.stalledProbe != usual.stalledProbe {
      parts.append("stalledProbe: \(ManifestWriter.duration(retry.stalledProbe))")
    }
    lines.append("    retry: { \(parts.joined(separator: ", ")) }")
  }

  private static func duration(_ seconds: UInt32) -> String {
    if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    if seconds > 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
    return "\(seconds)"
  }
}
