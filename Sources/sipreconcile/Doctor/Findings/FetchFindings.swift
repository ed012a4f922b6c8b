import Reconcile
import SIP

/// What is said about one account, after its registrar was asked for its bindings.
struct FetchFindings {
  private let facts: FetchFacts

  init(_ facts: FetchFacts) { self.facts = facts }

  func make() -> Finding {
    switch facts.outcome {
    case .listed(let count): listed(count)
    case .refused(let code, let reason):
      code == 401 || code == 407 ? challenged() : refused(code, reason)
    case .unanswered(let words):
      finding(.problem, "no answer to REGISTER: \(words)", remedy: "Check the servers above.")
    case .withoutSecret:
      finding(.problem, "not asked, for its secret cannot be had", remedy: "See to the secret first.")
    case .unreachable:
      finding(.problem, "not asked, for no server can be used", remedy: "See to the servers first.")
    case .cutOff: finding(.problem, "no answer came within the time limit")
    }
  }

  private func listed(_ count: Int) -> Finding {
    let bindings = count == 0 ? "nothing is bound" : Columns.count(count, "binding", "bindings")
    guard !facts.exchange.offers.isEmpty else {
      return finding(.ok, "the registrar asks for no password; \(bindings)")
    }
    return finding(.ok, "the credentials are accepted (\(offered)); \(bindings)")
  }

  private func refused(_ code: UInt16, _ reason: String) -> Finding {
    let answer = reason.isEmpty ? "\(code)" : "\(code) \(reason)"
    if facts.isBound {
      return finding(
        .warning,
        "the registrar refuses the question (\(answer)), though it accepted the registration",
        remedy: "plan cannot see live bindings here; apply and watch see them in the answers to REGISTER."
      )
    }
    let asked = facts.exchange.sentCredentials ? ", after the credentials (\(offered))" : ""
    let remedy = Remedy.text(forCode: code) ?? "Ask the registrar's operator."
    switch code {
    case 404, 405, 501, 403, 416, 408, 480, 483, 500...699:
      return finding(.problem, "the registrar answers \(answer)\(asked)", remedy: remedy)
    default:
      return finding(
        .warning,
        "the registrar refuses the question (\(answer))\(asked)",
        remedy: "It may register the account all the same: what is bound is then seen in its answer."
      )
    }
  }

  // MARK: - Challenges

  private func challenged() -> Finding {
    if facts.exchange.sentCredentials {
      return finding(
        .problem,
        "the registrar refuses the credentials of \(users) (\(offered))",
        remedy: facts.declared.contains(where: \.isToken)
          ? "Get a new token, and check whom it is for." : "Check the user name and the password."
      )
    }
    if facts.declared.contains(where: \.isToken), facts.exchange.offers.contains(where: { !$0.isAnswerable })
    {
      return finding(
        .problem,
        "the registrar asks for a password or a token (\(offered)), and the credential is not for that",
        remedy: "Check the credential's realm and authzServers."
      )
    }
    let answerable = facts.exchange.offers.filter(\.isAnswerable)
    guard let realm = answerable.first?.realm else {
      let what = facts.exchange.offers.isEmpty ? "sends no challenge" : "offers only \(offered)"
      return finding(
        .problem,
        "the registrar asks for a password and \(what), which cannot be answered",
        remedy: facts.exchange.offers.contains { $0.name.hasPrefix("Bearer") }
          ? "Give the account a token, over TLS: auth: { token: … }."
          : "Ask the registrar's operator for digest with MD5, SHA-256 or SHA-512-256."
      )
    }
    guard !facts.declared.isEmpty else {
      return finding(
        .problem,
        "the registrar asks for a password (\(offered)), and the account declares none",
        remedy: "Add auth for the realm \"\(realm)\"."
      )
    }
    let realms = Set(answerable.compactMap(\.realm))
    guard facts.declared.contains(where: { $0.realm.map(realms.contains) ?? true }) else {
      let declared = facts.declared.compactMap(\.realm).map { "\"\($0)\"" }.joined(separator: ", ")
      return finding(
        .problem,
        "the registrar's realm is \"\(realm)\", and the file's is \(declared)",
        remedy: "Write realm: \(realm), or leave realm out."
      )
    }
    return finding(
      .problem,
      "the registrar offers \(offered), which the credential does not allow",
      remedy: "Allow one of them in the credential's algorithms."
    )
  }

  /// `realm "example.org", SHA-256 and MD5`.
  private var offered: String {
    var parts: [String] = []
    var realms: [String?] = []
    for offer in facts.exchange.offers where !realms.contains(offer.realm) { realms.append(offer.realm) }
    for realm in realms {
      let names = facts.exchange.offers.filter { $0.realm == realm }.map(\.name).joined(separator: ", ")
      parts.append(realm.map { "realm \"\($0)\", \(names)" } ?? names)
    }
    return parts.joined(separator: "; ")
  }

  private var users: String {
    let names = facts.declared.map { $0.isToken ? "the token" : "\"\($0.username)\"" }
    return names.isEmpty ? "the account" : names.joined(separator: ", ")
  }

  private func finding(_ verdict: Finding.Verdict, _ message: String, remedy: String? = nil) -> Finding {
    Finding(.auth, verdict, message, remedy: remedy, account: facts.account)
  }
}
