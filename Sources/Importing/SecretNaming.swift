import Reconcile
import SIP

/// Gives each secret of an import a name made from its account, and puts the reference in its place.
struct SecretNaming {
  /// Where the secrets will be, in files; nil for environment variables.
  let folder: String?
  private(set) var secrets: [ImportedSecret] = []
  private var taken: Set<String> = []

  init(folder: String?) { self.folder = folder }

  mutating func name(_ imported: inout ImportedAccount) {
    let id = imported.account.id
    for index in imported.account.credentials.indices {
      let kind = imported.account.credentials[index].kind
      imported.account.credentials[index].secret = reference(id, kind.rawValue, imported.secrets[index])
    }
    if let token = imported.pushToken {
      imported.account.push?.pridReference = reference(id, "push_token", token)
    }
  }

  private mutating func reference(_ account: AccountID, _ kind: String, _ value: Secret?) -> SecretReference {
    // An account's several credentials, and accounts whose names differ in case or signs only.
    let base = folder == nil ? variable(account.name, kind) : file(account.name, kind)
    var name = base
    var number = 2
    while !taken.insert(name.lowercased()).inserted {
      name = folder == nil ? "\(base)_\(number)" : "\(base)-\(number)"
      number += 1
    }
    let reference: SecretReference
    if let folder {
      reference = .file(folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)")
    } else {
      reference = .environment(name)
    }
    secrets.append(ImportedSecret(name: name, reference: reference, value: value, account: account))
    return reference
  }

  private func variable(_ account: String, _ kind: String) -> String {
    let name = "\(account)_\(kind)".uppercased().unicodeScalars.map { scalar in
      ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
    }
    let text = String(name)
    return text.first?.isNumber == true ? "SIP_" + text : text
  }

  private func file(_ account: String, _ kind: String) -> String {
    let name = account.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isPlain || "-_.@".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    let text = String(name)
    return (text.hasPrefix(".") || text.hasPrefix("-") ? "_" + text : text) + "." + kind
  }
}
