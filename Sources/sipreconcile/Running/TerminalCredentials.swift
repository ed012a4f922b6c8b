import Reconcile
import SIP

/// Asks for passwords on a terminal: the on-demand credential of `--ask`.
///
/// A realm is asked about once for each account; an empty answer gives up.
struct TerminalCredentials: CredentialProvider {
  let console: Console
  /// The digest user names that the files declare, by account.
  let usernames: [AccountID: String]

  init(console: Console, desired: DesiredState) {
    self.console = console
    let names = desired.accounts.compactMap { desired in
      desired.account.credentials.first { $0.kind != .token }.map { (desired.account.id, $0.username) }
    }
    usernames = Dictionary(names) { first, _ in first }
  }

  func credential(for challenge: CredentialRequest) async -> Credential? {
    let username = usernames[challenge.account] ?? challenge.account.name
    let prompt = TerminalCredentials.prompt(challenge.account, user: username, realm: challenge.realm)
    guard let password = console.ask(prompt), !password.isEmpty else { return nil }
    return Credential(username: username, realm: challenge.realm, proof: .password(Secret(password)))
  }

  static func prompt(_ account: AccountID, _ declaration: CredentialDeclaration) -> String {
    guard declaration.kind == .token else {
      return prompt(account, user: declaration.username, realm: declaration.realm)
    }
    return ShownText.escape("Token for \(account): ")
  }

  static func prompt(_ account: AccountID, user: String, realm: String?) -> String {
    let place = realm.map { " at \($0)" } ?? ""
    return ShownText.escape("Password of \(user)\(place) for \(account): ")
  }
}
