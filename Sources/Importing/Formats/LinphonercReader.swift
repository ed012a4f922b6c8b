import Reconcile
import SIP

/// Reads liblinphone's settings: `[proxy_N]` and `[auth_info_N]`.
///
/// An account answers with every auth_info of its user whose domain and realm fit, as liblinphone does.
struct LinphonercReader {
  private var draft = ImportDraft()
  private var logins: [INISection] = []

  static func read(_ sources: [ImportSource]) -> ImportDraft {
    var reader = LinphonercReader()
    for source in sources { reader.read(source) }
    return reader.draft
  }

  private mutating func read(_ source: ImportSource) {
    let sections = sections(of: source)
    logins = sections.filter { $0.name.hasPrefix("auth_info_") }
    let start = draft.accounts.count
    let proxies = sections.filter { $0.name.hasPrefix("proxy_") }
    var used: Set<String> = []
    for section in proxies {
      guard let account = account(section, &used) else { continue }
      draft.accounts.append(account)
    }
    if let number = sections.first(where: { $0.name == "sip" })?.value("default_proxy"),
      let section = proxies.first(where: { $0.name == "proxy_\(number)" })
    {
      draft.defaultAccount = draft.accounts[start...].first { $0.at == section.at }?.sourceName
    }
    for login in logins where !used.contains(login.name) {
      draft.warn("[\(login.name)] fits no account, and is left out", at: login.at)
    }
  }

  private mutating func sections(of source: ImportSource) -> [INISection] {
    var sections: [INISection] = []
    for (line, at) in SourceLines(source: source) {
      let text = line.trimmed
      if text.isEmpty || text.hasPrefix("#") || text.hasPrefix(";") { continue }
      if text.hasPrefix("["), text.hasSuffix("]") {
        sections.append(INISection(name: String(text.dropFirst().dropLast()), at: at))
        continue
      }
      guard let equals = text.firstIndex(of: "="), !sections.isEmpty else {
        draft.warn("this line is no `key=value` in a section, and is left out", at: at)
        continue
      }
      let value = text[text.index(after: equals)...].trimmed
      let entry = INISection.Entry(key: text[..<equals].trimmed, value: value, at: at)
      sections[sections.count - 1].entries.append(entry)
    }
    return sections
  }

  private mutating func account(_ section: INISection, _ used: inout Set<String>) -> ImportedAccount? {
    guard let identity = section.value("reg_identity").flatMap(AddressReading.address),
      identity.uri.user != nil
    else {
      draft.fail(
        "[\(section.name)] has no `reg_identity` that is a SIP address, and is left out",
        at: section.at
      )
      return nil
    }
    let name = section.value("idkey") ?? section.name
    var imported = ImportedAccount(name, identity: identity, at: section.at)
    imported.setIdentity(identity, at: section.entry("reg_identity")?.at)
    for entry in section.entries where !entry.value.isEmpty { take(entry, &imported) }
    logIn(&imported, section, &used)
    return imported
  }

  private mutating func take(_ entry: INISection.Entry, _ imported: inout ImportedAccount) {
    switch entry.key {
    case "reg_identity", "realm", "idkey", "refkey", "ref_key": break
    case "reg_proxy":
      if let address = AddressReading.address(entry.value) {
        imported.setRegistrar(address.uri, at: entry.at)
      } else {
        imported.warn("`reg_proxy` is no SIP address; the identity's domain is the registrar", at: entry.at)
      }
    case "reg_route":
      for part in AddressReading.list(entry.value) {
        if let route = AddressReading.address(part).flatMap({ AddressReading.route("\($0.uri)") }) {
          imported.account.outboundProxy.append(route)
        } else {
          imported.warn("`reg_route` is no SIP address, and is left out", at: entry.at)
        }
      }
    case "reg_expires": imported.setExpires(entry.value, at: entry.at)
    case "reg_sendregister": if entry.value == "0" { imported.account.register = false }
    case "depends_on": imported.master = (entry.value, entry.at)
    case "contact_uri_parameters", "contact_parameters", "push_parameters":
      LinphonePush.read(entry, into: &imported)
    case "publish":
      if entry.value != "0" { imported.warn("`publish`: presence is not published by us", at: entry.at) }
    case "nat_policy_ref":
      imported.warn("`nat_policy_ref`: nothing is learnt by STUN or ICE; declare `contact`", at: entry.at)
    default: draft.note("`\(entry.key)` is not about registering, and is left out", at: entry.at)
    }
  }

  private func logIn(_ imported: inout ImportedAccount, _ section: INISection, _ used: inout Set<String>) {
    let uri = imported.account.identity.uri
    for login in logins where login.value("username")?.unquoted == uri.user {
      if let domain = login.value("domain")?.unquoted, domain.lowercased() != "\(uri.host)".lowercased() {
        continue
      }
      let realm = login.value("realm")?.unquoted
      if let realm, let asked = section.value("realm")?.unquoted, asked != realm { continue }
      used.insert(login.name)
      let isHash = login.value("passwd") == nil && login.value("ha1") != nil
      var credential = CredentialDeclaration(
        username: login.value("userid")?.unquoted ?? uri.user ?? "",
        realm: realm ?? section.value("realm")?.unquoted,
        kind: isHash ? .ha1 : .password,
        secret: .literal(nil)
      )
      if let name = login.value("algorithm")?.unquoted {
        if let algorithm = DigestAlgorithm(name: name) {
          credential.algorithms = isHash && algorithm == .md5 ? [] : [algorithm]
        } else {
          imported.warn(
            "the digest algorithm of [\(login.name)] is not known here",
            at: login.entry("algorithm")?.at
          )
        }
      }
      let value = (login.value("passwd") ?? login.value("ha1"))?.unquoted
      if value == nil { imported.warn("[\(login.name)] holds no password", at: login.at) }
      imported.add(credential, value.map { Secret($0) })
    }
  }
}
