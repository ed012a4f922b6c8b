/// What to say of a binding of ours that could not be removed.
///
/// It waits in the state, and each run tries again; a binding that nobody removes lapses by itself.
struct RemovalAdvice {
  let row: OwnedRegistration
  /// The account is no longer declared, and its references lead to no secret any more.
  let lacksSecret: Bool

  func added(to result: StepResult) -> StepResult {
    var result = result
    result.lapsesAt = row.expiresAt
    var parts = [Remedy.text(for: result)]
    if case .noCredential = result.failure, lacksSecret {
      let what = usernames.isEmpty ? "the token" : "the password of \(usernames)"
      result.reason = "\(what) is not known any more"
      parts = ["Run with --ask to type it in" + (renewal.map { ", or \($0)" } ?? "") + "."]
    }
    parts.append(row.expiresAt.map { "The binding lapses by itself at \($0)." })
    let text = parts.compactMap { $0 }.joined(separator: " ")
    result.remedy = text.isEmpty ? nil : text
    return result
  }

  private var usernames: String {
    row.account.credentials.map(\.username).reduce(into: [String]()) { names, name in
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }.joined(separator: " or ")
  }

  /// What would give the references a meaning again; nil for a literal, which left with the file's line.
  private var renewal: String? {
    for credential in row.account.credentials {
      switch credential.secret {
      case .literal: continue
      case .environment(let name): return "set \(name) again"
      case .file(let path): return "put \(path) back"
      case .credential(let name): return "give the service its credential \(name) again"
      case .command: return "let fromCommand run with --allow-exec"
      }
    }
    return nil
  }
}
