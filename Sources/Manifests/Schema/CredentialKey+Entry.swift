import SIP

extension CredentialKey {
  static let title = "credential"
  static let section = SectionEntry(
    "credentials",
    "What answers a registrar's challenge: an entry of `credentials`, or written in `auth` itself.",
    rules: [
      "It is `username` with `password` or `ha1`, or it is `token`.",
      "`ha1` is a hash by one algorithm: where that is not MD5, `algorithms` names it.",
      "A token goes over TLS only, and the transport must be named: `transport: tls`, or in the URI.",
    ],
    example: """
      credentials:
        alice:
          username: alice
          realm: example.com
          password: { fromEnv: ALICE_PASSWORD }
        gateway:
          token: { fromFile: ./gateway.token }
      """
  )
  static let rules = [
    one(of: [
      (has: [.username, .password], lacks: [.token, .authzServers]),
      (has: [.username, .ha1], lacks: [.token, .authzServers]),
      (has: [.token], lacks: [.username, .password, .ha1, .algorithms]),
    ])
  ]

  var entry: KeyEntry {
    let secret = ValueShape.either([.mapping(SecretKey.self), .text])
    switch self {
    case .username: return KeyEntry("The user of the digest challenge.", .text)
    case .realm:
      return KeyEntry("Answer challenges of this realm only.", .text, otherwise: "of any realm")
    case .password:
      return KeyEntry("The password: a reference to it, for a literal is warned about.", secret)
    case .ha1:
      return KeyEntry("The hash of username, realm and password in place of the password.", secret)
    case .token:
      return KeyEntry("A bearer token (RFC 8898), sent over TLS only: a reference to it.", secret)
    case .authzServers:
      return KeyEntry(
        "The authorization servers that may have made the token: a challenge that names another is not answered.",
        .list(.text),
        otherwise: "any; none is connected to"
      )
    case .algorithms:
      return KeyEntry(
        "The digest algorithms that may be used, the preferred one first.",
        .list(.words(DigestAlgorithm.self)),
        otherwise: "all of them, in the order in which the server offers them"
      )
    }
  }
}

extension SecretKey {
  static let title = "secret"
  static let section = SectionEntry(
    "secrets",
    "A reference to a secret, as `password`, `ha1`, `token` and `prid` have them: exactly one of these keys.",
    rules: [
      "A secret has at most \(SecretResolver.limit) bytes and no CR, LF or NUL; one newline at the end of a file or of "
        + "an output is taken off.",
      "A file that others than its owner may read is warned about, and so is a secret that stands in the file itself.",
    ],
    example: """
      credentials:
        a: { username: a, password: { fromEnv: A_PASSWORD } }
        b: { username: b, password: { fromFile: ./b.password } }
        c: { username: c, password: { fromCredential: c } }
        d: { username: d, password: { fromCommand: [pass, show, sip/d] } }
      """
  )
  static let rules = [one(of: allCases)]

  var entry: KeyEntry {
    switch self {
    case .fromEnv: KeyEntry("The environment variable that holds the secret.", .text)
    case .fromFile: KeyEntry("The file that holds it, read from this file's folder.", .text)
    case .fromCredential: KeyEntry("The systemd credential that holds it.", .text)
    case .fromCommand:
      KeyEntry("The program that writes it, with its arguments; only with `--allow-exec`.", .array(.text))
    }
  }
}
