import Reconcile
import SIP

/// Reads Kamailio's table `uacreg`, exported as CSV with the names of its columns.
///
/// The identity is `r_username` at `r_domain`, and the contact `l_uuid` at `contact_addr`, as the module's
/// REGISTERs have them.
struct UacregReader {
  private var draft = ImportDraft()
  private static let needed = ["l_uuid", "r_username", "r_domain"]

  static func read(_ sources: [ImportSource]) -> ImportDraft {
    var reader = UacregReader()
    for source in sources { reader.read(source) }
    return reader.draft
  }

  private mutating func read(_ source: ImportSource) {
    let table = CSVTable(source)
    let missing = UacregReader.needed.filter { !table.names.contains($0) }
    guard missing.isEmpty else {
      let place = SourceLocation(file: source.path, line: 1, column: 1)
      draft.fail(
        "the first line must name the columns, \(missing.joined(separator: ", ")) among them",
        at: place
      )
      return
    }
    for row in table.rows {
      guard row.isWhole else {
        draft.fail("this line has not as many values as there are columns, and is left out", at: row.at)
        continue
      }
      account(row)
    }
  }

  private mutating func account(_ row: CSVTable.Row) {
    // Kamailio writes a dot where there is nothing.
    let value = { (name: String) -> String? in
      row.values[name].map(\.trimmed).flatMap { ["", ".", "NULL", "\\N"].contains($0) ? nil : $0 }
    }
    guard let user = value("r_username"), let domain = value("r_domain"),
      let identity = AddressReading.uri("sip:\(user)@\(domain)"), identity.user != nil
    else {
      draft.fail("`r_username` and `r_domain` make no SIP address, and this line is left out", at: row.at)
      return
    }
    let name = value("l_uuid") ?? user
    var imported = ImportedAccount(name, identity: NameAddress(uri: identity), at: row.at)
    imported.setIdentity(NameAddress(uri: identity))
    if let proxy = value("auth_proxy") { route(proxy, &imported) }
    if let expires = value("expires") { imported.setExpires(expires, at: row.at) }
    if let flags = value("flags").flatMap({ Int($0) }), flags & 1 == 1 { imported.account.register = false }
    if let socket = value("socket") { bind(socket, &imported) }
    if let delay = value("reg_delay"), delay != "0" {
      draft.note(
        "`reg_delay` is left out: `registrars` has `maxRate`, and pacing adapts by itself",
        at: row.at
      )
    }
    contact(name, value("contact_addr"), &imported)
    logIn(value("auth_username") ?? user, row, value, &imported)
    draft.accounts.append(imported)
  }

  private func route(_ proxy: String, _ imported: inout ImportedAccount) {
    guard let uri = AddressReading.route(proxy) else {
      return imported.warn("`auth_proxy` is no SIP address, and is left out")
    }
    imported.account.outboundProxy = [uri]
  }

  private func bind(_ socket: String, _ imported: inout ImportedAccount) {
    let parts = socket.split(separator: ":", maxSplits: 1)
    if let first = parts.first, parts.count == 2, Transport(name: first) != nil {
      imported.setTransport(String(first), at: imported.at)
    }
    imported.warn("`socket` is left out: all accounts are sent from the address in `engine: {bind}`")
  }

  private func contact(_ user: String, _ address: String?, _ imported: inout ImportedAccount) {
    guard let address else {
      return imported.warn(
        "the module's `reg_contact_addr` is not in the table; set `contact: sip:\(user)@ADDRESS`"
      )
    }
    guard let uri = AddressReading.uri("sip:\(user)@\(address)") else {
      return imported.warn("`contact_addr` is no address; set `contact`")
    }
    imported.account.contact = ContactDeclaration(uri: uri)
  }

  private func logIn(
    _ username: String,
    _ row: CSVTable.Row,
    _ value: (String) -> String?,
    _ imported: inout ImportedAccount
  ) {
    let hash = value("auth_ha1")
    // A password may have blanks at its ends, and may be a dot only where there is a hash.
    let password = row.values["auth_password"].flatMap { ["", ".", "NULL", "\\N"].contains($0) ? nil : $0 }
    guard hash != nil || password != nil else {
      return imported.warn("the table holds no password; set `auth` unless the registrar asks for none")
    }
    let credential = CredentialDeclaration(
      username: username,
      realm: value("realm"),
      kind: hash == nil ? .password : .ha1,
      secret: .literal(nil)
    )
    imported.add(credential, (hash ?? password).map { Secret($0) })
  }
}
