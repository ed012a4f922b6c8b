import Reconcile
import SIP

/// Reads baresip's accounts: one address with parameters a line.
struct BaresipReader {
  private var draft = ImportDraft()

  static func read(_ sources: [ImportSource]) -> ImportDraft {
    var reader = BaresipReader()
    for source in sources {
      for (line, at) in SourceLines(source: source) {
        let text = line.trimmed
        if text.isEmpty || text.hasPrefix("#") { continue }
        reader.read(text, at)
      }
    }
    return reader.draft
  }

  private mutating func read(_ line: String, _ at: SourceLocation) {
    guard let end = closing(line), let address = AddressReading.address(String(line[...end])),
      let user = address.uri.user
    else {
      draft.fail("this line has no SIP address in `<…>`, and is left out", at: at)
      return
    }
    var imported = ImportedAccount(user, identity: address, at: at)
    imported.setIdentity(address)
    var username = user
    var password = address.uri.password
    var unrelated: [String] = []
    for part in AddressReading.list(String(line[line.index(after: end)...]), separator: ";") {
      let (name, value) = pair(part)
      switch name {
      case "auth_user": username = value
      case "auth_pass": password = value
      case "regint", "outbound", "outbound1", "outbound2", "sipnat", "fbregint", "rwait", "regq", "cert":
        take(name, value, &imported)
      default: unrelated.append(name)
      }
    }
    if !unrelated.isEmpty {
      let names = unrelated.map { "`\($0)`" }.joined(separator: ", ")
      draft.note("not about registering, and left out: \(names)", at: at)
    }
    logIn(username, password, &imported)
    draft.accounts.append(imported)
  }

  /// The `>` that ends the address; others may stand in quotes around it.
  private func closing(_ line: String) -> String.Index? {
    var isQuoted = false
    return line.indices.first { index in
      if line[index] == "\"" { isQuoted.toggle() }
      return line[index] == ">" && !isQuoted
    }
  }

  private func take(_ name: String, _ value: String, _ imported: inout ImportedAccount) {
    switch name {
    case "regint":
      if value == "0" {
        imported.account.register = false
      } else {
        imported.setExpires(value, at: imported.at)
      }
    case "outbound", "outbound1", "outbound2":
      if let route = AddressReading.route(value) {
        imported.account.outboundProxy.append(route)
      } else {
        imported.warn("`\(name)` is no SIP address, and is left out")
      }
    case "sipnat":
      if value == "outbound" {
        imported.account.outbound.isEnabled = true
      } else {
        imported.warn("`sipnat=\(value)` is left out: it is no way to keep a registration")
      }
    case "regq":
      imported.warn("`regq` is left out; `contact: {uri, q: \(value)}` carries it")
    case "cert": imported.warn("`cert` is left out; `tls: {certificate, key}` carries it")
    default: imported.warn("`\(name)` is left out: refreshes and retries have times of their own")
    }
  }

  private func logIn(_ username: String, _ password: String?, _ imported: inout ImportedAccount) {
    let value = password.flatMap { $0.isEmpty ? nil : $0 }
    if value == nil { imported.warn("the file holds no password: baresip asks for it") }
    imported.add(CredentialDeclaration(username: username, secret: .literal(nil)), value.map { Secret($0) })
  }

  private func pair(_ part: String) -> (String, String) {
    guard let equals = part.firstIndex(of: "=") else { return (part.lowercased(), "") }
    return (part[..<equals].trimmed.lowercased(), part[part.index(after: equals)...].trimmed.unquoted)
  }
}
