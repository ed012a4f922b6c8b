import Reconcile
import SIP

/// Reads Asterisk's pjsip.conf: sections of type registration, with the auth and transport that they name.
struct PJSIPReader {
  private var draft = ImportDraft()
  private var sections: [INISection] = []

  static func read(_ sources: [ImportSource]) -> ImportDraft {
    var reader = PJSIPReader()
    var file = PJSIPFile()
    for source in sources { file.read(source, &reader.draft) }
    reader.sections = file.declared
    for section in file.declared where section.value("type") == "registration" { reader.read(section) }
    return reader.draft
  }

  private mutating func read(_ section: INISection) {
    guard let client = section.value("client_uri").flatMap(AddressReading.address), client.uri.user != nil
    else {
      draft.fail(
        "[\(section.name)] has no `client_uri` that is a SIP address, and is left out",
        at: section.at
      )
      return
    }
    var imported = ImportedAccount(section.name, identity: client, at: section.at)
    imported.setIdentity(client, at: section.entry("client_uri")?.at)
    if let server = section.entry("server_uri") {
      if let uri = AddressReading.uri(server.value) {
        imported.setRegistrar(uri, at: server.at)
      } else {
        imported.warn("`server_uri` is no SIP address; the identity's domain is the registrar", at: server.at)
      }
    }
    var seen: Set<String> = []
    // The last entry of a key is in force.
    for entry in section.entries.reversed() where seen.insert(entry.key).inserted && !entry.value.isEmpty {
      take(entry, &imported)
    }
    imported.remarks.sort { ($0.at?.line ?? 0) < ($1.at?.line ?? 0) }
    declareContact(section, &imported)
    draft.accounts.append(imported)
  }

  private func take(_ entry: INISection.Entry, _ imported: inout ImportedAccount) {
    switch entry.key {
    case "type", "client_uri", "server_uri", "contact_user", "line", "endpoint", "support_path": break
    case "outbound_auth": for name in AddressReading.list(entry.value) { logIn(name, entry.at, &imported) }
    case "outbound_proxy":
      if let route = AddressReading.route(entry.value) {
        imported.account.outboundProxy = [route]
      } else {
        imported.warn("`outbound_proxy` is no SIP address, and is left out", at: entry.at)
      }
    case "expiration": imported.setExpires(entry.value, at: entry.at)
    case "transport":
      guard let transport = section(entry.value, "transport") else {
        return imported.warn("the transport [\(entry.value)] is not in the files", at: entry.at)
      }
      imported.setTransport(transport.value("protocol") ?? "udp", at: entry.at)
    case "retry_interval": setRetry(entry, \.base, &imported)
    case "forbidden_retry_interval": setRetry(entry, \.stalledProbe, &imported)
    case "support_outbound": imported.account.outbound.isEnabled = isYes(entry.value)
    case "max_retries", "fatal_retry_interval", "auth_rejection_permanent":
      imported.warn("`\(entry.key)`: we never give up, but retry more and more rarely", at: entry.at)
    case "contact_header_params", "contact_additional_params":
      imported.warn("`\(entry.key)` is left out; `contact: {uri, parameters}` can carry it", at: entry.at)
    case "user_agent": imported.warn("`user_agent` is set for all accounts, in `engine`", at: entry.at)
    default: imported.warn("`\(entry.key)` is left out", at: entry.at)
    }
  }

  private func isYes(_ text: String) -> Bool { ["yes", "true", "1", "on"].contains(text.lowercased()) }

  private func section(_ name: String, _ type: String) -> INISection? {
    sections.first { $0.name == name && $0.value("type") == type }
  }

  private func setRetry(
    _ entry: INISection.Entry,
    _ field: WritableKeyPath<RetryPolicy, UInt32>,
    _ imported: inout ImportedAccount
  ) {
    guard let seconds = UInt32(entry.value), seconds > 0 else { return }
    imported.account.retry[keyPath: field] = seconds
    imported.account.retry.max = max(imported.account.retry.max, imported.account.retry.base)
  }

  private func logIn(_ name: String, _ at: SourceLocation, _ imported: inout ImportedAccount) {
    guard let auth = section(name, "auth") else {
      return imported.warn("the credential [\(name)] is not in the files; set `auth`", at: at)
    }
    guard let username = auth.value("username") else {
      return imported.warn("the credential [\(name)] has no `username`; set `auth`", at: auth.at)
    }
    let hash = auth.value("md5_cred")
    let isHash = auth.value("auth_type").map { $0 == "md5" } ?? (auth.value("password") == nil && hash != nil)
    let realm = auth.value("realm")
    let credential = CredentialDeclaration(
      username: username,
      // An empty realm or `*` answers each.
      realm: realm == "*" ? nil : realm,
      kind: isHash ? .ha1 : .password,
      secret: .literal(nil)
    )
    let value = isHash ? hash : auth.value("password")
    if value == nil {
      imported.warn("the credential [\(name)] holds no password that we can use", at: auth.at)
    }
    imported.add(credential, value.map { Secret($0) })
  }

  /// Asterisk's contact is `contact_user` at its transport's address; without a user it is `s`.
  private func declareContact(_ section: INISection, _ imported: inout ImportedAccount) {
    guard let user = section.entry("contact_user"), !user.value.isEmpty else { return }
    let transport = section.value("transport").flatMap { self.section($0, "transport") }
    var address = transport?.value("external_signaling_address")
    if let found = address, let port = transport?.value("external_signaling_port") {
      address = "\(found):\(port)"
    }
    address = address ?? transport?.value("bind")
    if let address, let uri = AddressReading.uri("sip:\(user.value)@\(address)"), !uri.host.isUnspecified {
      imported.account.contact = ContactDeclaration(uri: uri)
      return
    }
    imported.warn(
      "`contact_user`: the address that callers reach is not in the files; "
        + "set `contact: sip:\(user.value)@ADDRESS`",
      at: user.at
    )
  }
}
