import Reconcile
import SIP

/// Reads FreeSWITCH's gateways. What a gateway does not say follows from its name: the realm is the name,
/// the domain and the proxy are the realm, and the registrar is the proxy.
struct FreeSWITCHReader {
  private var draft = ImportDraft()

  /// Calls, codecs and dialplans: nothing that registers.
  private static let unrelated: Set<String> = [
    "context", "caller-id-in-from", "contact-in-ping", "codec-prefs", "rfc-5626", "dtmf-type", "cid-type",
    "extension", "sip-cid-type", "supress-cng", "ping-user-agent",
  ]

  static func read(_ sources: [ImportSource]) -> ImportDraft {
    var reader = FreeSWITCHReader()
    var variables: [String: String] = [:]
    for source in sources {
      let xml = GatewayXML(source, variables: variables)
      xml.read()
      variables = xml.variables
      reader.draft.remarks += xml.draft.remarks
      for gateway in xml.gateways { reader.read(gateway) }
    }
    return reader.draft
  }

  private mutating func read(_ gateway: INISection) {
    let realm = gateway.value("realm") ?? gateway.name
    let proxy = gateway.value("proxy") ?? realm
    let domain = gateway.value("from-domain") ?? realm
    let username = gateway.value("username") ?? ""
    let user = gateway.value("from-user") ?? username
    guard !user.isEmpty, !domain.contains("$${"),
      let identity = AddressReading.uri("sip:\(user)@\(domain)"), identity.user != nil
    else {
      let message =
        "gateway `\(gateway.name)` has no `username` and domain that make a SIP address, and is left out"
      draft.fail(message, at: gateway.at)
      return
    }
    var imported = ImportedAccount(gateway.name, identity: NameAddress(uri: identity), at: gateway.at)
    imported.setIdentity(NameAddress(uri: identity))
    let registrar = gateway.value("register-proxy") ?? proxy
    if let uri = AddressReading.uri(registrar) {
      imported.setRegistrar(uri, at: gateway.entry("register-proxy")?.at)
    } else {
      imported.warn("`\(registrar)` is no SIP address; the identity's domain is the registrar")
    }
    var seen: Set<String> = []
    for entry in gateway.entries where seen.insert(entry.key).inserted && !entry.value.isEmpty {
      take(gateway.entry(entry.key) ?? entry, &imported)
    }
    logIn(gateway.value("auth-username") ?? username, gateway, &imported)
    draft.accounts.append(imported)
  }

  private mutating func take(_ entry: INISection.Entry, _ imported: inout ImportedAccount) {
    switch entry.key {
    case "username", "auth-username", "realm", "from-user", "from-domain", "password", "proxy",
      "register-proxy":
      break
    case "outbound-proxy":
      if let route = AddressReading.route(entry.value) {
        imported.account.outboundProxy = [route]
      } else {
        imported.warn("`outbound-proxy` is no SIP address, and is left out", at: entry.at)
      }
    case "register": imported.account.register = isYes(entry.value)
    case "expire-seconds", "expires": imported.setExpires(entry.value, at: entry.at)
    case "register-transport": imported.setTransport(entry.value, at: entry.at)
    case "retry-seconds", "retry_seconds":
      guard let seconds = UInt32(entry.value), seconds > 0 else {
        return imported.warn("`retry-seconds` is no number of seconds", at: entry.at)
      }
      imported.account.retry.base = seconds
      imported.account.retry.max = max(imported.account.retry.max, seconds)
    case "extension-in-contact":
      guard isYes(entry.value) else { return }
      imported.warn(
        "`extension-in-contact`: set `contact: sip:EXTENSION@ADDRESS` for calls to that number",
        at: entry.at
      )
    case "contact-host":
      imported.warn("`contact-host`: set `contact: sip:USER@\(entry.value)`", at: entry.at)
    case "contact-params":
      imported.warn("`contact-params` is left out; `contact: {uri, uriParameters}` carries it", at: entry.at)
    case "ping", "ping-max", "ping-min":
      imported.warn("`\(entry.key)` is left out: registrars are not pinged with OPTIONS", at: entry.at)
    case let key where FreeSWITCHReader.unrelated.contains(key):
      draft.note("`\(key)` is not about registering, and is left out", at: entry.at)
    default: imported.warn("`\(entry.key)` is left out", at: entry.at)
    }
  }

  private func isYes(_ text: String) -> Bool {
    ["true", "yes", "on", "enabled", "active", "allow", "1"].contains(text.lowercased())
  }

  /// FreeSWITCH answers whatever realm a gateway's registrar names, so the credential is not tied to one.
  private func logIn(_ username: String, _ gateway: INISection, _ imported: inout ImportedAccount) {
    guard let password = gateway.entry("password"), !password.value.isEmpty else {
      if imported.account.register { imported.warn("the gateway holds no password; set `auth`") }
      return
    }
    guard !password.value.contains("$${") else {
      imported.warn("the password is a variable that the files do not set", at: password.at)
      return imported.add(CredentialDeclaration(username: username, secret: .literal(nil)), nil)
    }
    imported.add(CredentialDeclaration(username: username, secret: .literal(nil)), Secret(password.value))
  }
}
