/// What a person can do about a failure: one plain sentence for each kind.
public enum Remedy {
  /// The remedy for a step's result; nil after a success, and where nothing is known to help.
  public static func text(for result: StepResult) -> String? {
    guard let failure = result.failure else { return nil }
    return switch failure {
    case .refused: text(forCode: result.code)
    case .timeout: "Check that the registrar's address and port are right and that packets reach it."
    case .transport: "Check the network, the port and, for TLS, the certificate."
    case .untrusted:
      "Check that this is the registrar, and no other server in its place; over TLS its certificate would say so."
    case .unresolved: "Check the registrar's name and the DNS server."
    case .notBound: "Ask the registrar's operator why it accepted the REGISTER without storing the contact."
    case .stillBound: "Apply again; if it stays, another device may hold the same contact."
    case .noCredential(let realm):
      "Add a credential for the realm \(quoted(realm)) to the account's auth, or run with --ask."
    case .credentialRejected(let realm):
      "Check the user name and the password, or the token, for the realm \(quoted(realm)); the registrar refused them."
    case .unusableChallenge("no challenge"):
      "The registrar asked for a password without sending a challenge: ask its operator."
    case .unusableChallenge("challenged again and again"):
      "The registrar asks again after every answer: check the credential, or ask its operator."
    case .unusableChallenge: "Allow an algorithm that the registrar offers in the credential's algorithms."
    case .redirectRefused(""): "The registrar redirects without saying where: ask its operator."
    case .redirectLoop: "The servers redirect to each other: ask their operator."
    case .redirectRefused:
      "Declare that target as the registrar, or list its domain in the account's redirects."
    case .blocked(let accounts):
      accounts.first.map { "Make \($0) register first; this account then follows by itself." }
    }
  }

  /// The remedy for a binding that must stay, for what depends on it may still be bound.
  static func text(forHeldBy account: AccountID) -> String {
    "See to \(account) first: once it is unregistered, or its binding has lapsed, the next run removes this one."
  }

  /// The remedy for a final status code that was no success.
  public static func text(forCode code: UInt16?) -> String? {
    switch code {
    case 400: "The registrar cannot read the request: check headers, contact and parameters."
    case 401, 407: "Check the account's credentials."
    case 403: "The registrar forbids this: check that the account is active there and may use this identity."
    case 404: "The registrar does not know this identity: check its user and domain."
    case 405, 501: "This server takes no REGISTER: check the account's registrar."
    case 408, 504: "The registrar or a server behind it did not answer in time; apply again later."
    case 416: "The registrar does not take this kind of URI: check sip or sips in identity and registrar."
    case 420: "The registrar lacks an extension that we require: turn off outbound for this account."
    case 421: "The registrar wants an extension: turn on outbound for this account."
    case 423: "The registrar wants a longer lifetime: raise the account's expires."
    case 439: "A proxy on the way does not support outbound: turn it off for this account."
    case 480, 500, 502, 503, 580: "The registrar is in trouble; apply again later."
    case 483: "The request ran in a loop: check outboundProxy."
    case 513: "The request is too large: fewer headers or a shorter contact, or TCP."
    case 555: "The registrar does not support this push provider: check push."
    case .some(600...): "The registrar refuses everywhere: ask its operator."
    case .some, nil: nil
    }
  }

  private static func quoted(_ realm: String) -> String { "\"\(realm)\"" }
}
