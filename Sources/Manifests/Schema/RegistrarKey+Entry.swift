extension RegistrarKey {
  static let title = "registrar"
  static let section = SectionEntry(
    "registrars",
    "A server by name, to which accounts refer with `registrar`.",
    rules: [
      "A change of `uri`, `outboundProxy` or `tls` is a change of each account that takes it from here.",
      "`maxRate` and `maxInFlight` count from the next start of a watch.",
    ],
    example: """
      registrars:
        carrier:
          uri: sip:sip.carrier.example;transport=tls
          outboundProxy: sip:edge.carrier.example;lr
          maxRate: 50
      """
  )
  static let required = [RegistrarKey.uri]
  /// What both limits may be.
  static let limits = 1...1_000_000

  var entry: KeyEntry {
    switch self {
    case .uri: KeyEntry("Where REGISTER goes: a SIP URI without a user part.", .uri)
    case .outboundProxy:
      KeyEntry(
        "The preloaded route set, in order: SIP URIs, or `host:port` for a loose router there.",
        .list(.text),
        otherwise: "requests go to the registrar itself"
      )
    case .maxRate:
      KeyEntry(
        "REGISTERs per second towards this registrar, all accounts together.",
        .integer(RegistrarKey.limits),
        otherwise: "the rate adapts to the registrar, without a cap"
      )
    case .maxInFlight:
      KeyEntry(
        "REGISTERs that may wait for an answer of this registrar at once.",
        .integer(RegistrarKey.limits),
        otherwise: "the number adapts to the registrar"
      )
    case .tls: KeyEntry("Certificates and names for TLS.", .mapping(TLSKey.self))
    }
  }
}

extension TLSKey {
  static let title = "tls"
  static let section = SectionEntry(
    "tls",
    "Certificates and names for TLS, of a registrar or of an account.",
    rules: ["A file that is renewed counts from the next connection."],
    example: """
      registrars:
        carrier:
          uri: sip:sip.carrier.example;transport=tls
          tls: { ca: ./ca.pem, certificate: ./me.pem, key: ./me.key }
      """
  )
  static let rules: [(String, SchemaValue)] = [
    (
      "dependentRequired",
      .object([("certificate", .texts(["key"])), ("key", .texts(["certificate"]))])
    )
  ]

  var entry: KeyEntry {
    switch self {
    case .ca:
      KeyEntry(
        "A PEM file of the certificates to trust, read from this file's folder.",
        .text,
        otherwise: "the system's"
      )
    case .certificate: KeyEntry("A PEM file with our own certificate; it needs `key`.", .text)
    case .key: KeyEntry("A PEM file with the key of `certificate`.", .text)
    case .serverName:
      KeyEntry("The name that the server's certificate must have.", .text, otherwise: "the domain asked for")
    case .allowWildcard:
      KeyEntry("Accept wildcard certificates, which RFC 5922 refuses.", .flag, default: false)
    }
  }
}
