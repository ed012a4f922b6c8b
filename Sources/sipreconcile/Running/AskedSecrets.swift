import Reconcile
import SIP
import Synchronization

/// Passwords that a person typed: each is asked for once in a run.
final class AskedSecrets: Sendable {
  private struct Question: Hashable {
    var account: AccountID
    var username: String
    var realm: String?
  }

  private let console: Console
  /// Nil where nothing was typed.
  private let answers = Mutex<[Question: Secret?]>([:])

  init(console: Console) { self.console = console }

  func secret(of account: Account, _ declaration: CredentialDeclaration) -> Secret? {
    let question = Question(
      account: account.id,
      username: declaration.username,
      realm: declaration.realm
    )
    return answers.withLock { answers in
      if let known = answers[question] { return known }
      let answer = console.ask(TerminalCredentials.prompt(account.id, declaration)).flatMap {
        $0.isEmpty ? nil : Secret($0)
      }
      answers[question] = .some(answer)
      return answer
    }
  }
}
