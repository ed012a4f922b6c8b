import SIP

extension DoctorDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("owner", .text, "The name under which registrations are owned."),
    .required("at", .time, "When the examination ended."),
    .required("local", .list(localFinding), "About this machine and our own files."),
    .required("nextHops", .list(hop), "Registrars and outbound proxies, in the order of the files."),
    .required(
      "summary",
      .object([
        .required("ok", .integer, "What works."),
        .required("warnings", .integer, "What works, and may not for long or not for everything."),
        .required("problems", .integer, "What does not work."),
      ]),
      "How many findings there are of each kind."
    ),
  ])

  private static let finding = SchemaType.object([
    .required("check", .choice(Finding.Check.allCases.map(\.rawValue)), "What was looked at."),
    .required("verdict", .choice(Finding.Verdict.allCases.map(\.rawValue)), "What came of it."),
    .optional("server", .text, "Such as `192.0.2.1:5060 over UDP`."),
    .optional("account", .text, "The account's name."),
    .required("message", .text, "What was found, in one sentence."),
    .optional("remedy", .text, "What a person can do about it."),
  ])

  /// One that is about no server and no account.
  private static let localFinding = SchemaType.object([
    .required("check", .choice(Finding.Check.allCases.map(\.rawValue)), "What was looked at."),
    .required("verdict", .choice(Finding.Verdict.allCases.map(\.rawValue)), "What came of it."),
    .required("message", .text, "What was found, in one sentence."),
    .optional("remedy", .text, "What a person can do about it."),
  ])

  private static let hop = SchemaType.object([
    .required("nextHop", .text, "Its URI as declared."),
    .required("isProxy", .flag, "True for an outbound proxy."),
    .required("registrars", .list(.text), "The registrars behind it."),
    .required("accounts", .integer, "How many accounts go there."),
    .required("steps", .text, "Which steps of RFC 3263 lead to its servers, and why."),
    .required("lookups", .list(lookup), "What the name servers were asked, in order."),
    .required("servers", .list(server), "In the order in which an attempt would try them."),
    .required("findings", .list(finding), "What was found."),
  ])

  private static let lookup = SchemaType.object([
    .required("query", .text, "The name and the type."),
    .required("answer", .choice(LocatingText.kinds), "What came of it."),
    .required("records", .list(.text), "As in a zone file, in the order in which they are used."),
    .optional("reason", .text, "Why there are no records."),
    .optional("ttl", .integer, "Seconds that the answer may be kept."),
    .required("duration", .number, "Seconds that it took."),
  ])

  private static let server = SchemaType.object([
    .required("address", .text, "As `host:port`."),
    .required("transport", .choice(Transport.allCases.map(\.rawValue)), "How it is reached."),
    .required("source", .text, "Where the address came from."),
    .required("usable", .flag, "True where it answers."),
    .optional("code", .integer, "Its answer to OPTIONS."),
    .optional("roundTrip", .number, "Seconds from the OPTIONS to its answer."),
    .optional("localAddress", .text, "Our own address towards it, as `host:port`."),
    .optional("seenAs", .text, "Where it saw our request come from, as `host:port`."),
    .optional("certificate", certificate, "What it showed over TLS, believed or not."),
    .optional("restsUntil", .time, "Until when the running agent leaves it alone."),
  ])

  private static let certificate = SchemaType.object([
    .required("names", .list(.text), "The names that count (RFC 5922)."),
    .required("issuer", .text, "The distinguished name of its authority."),
    .required("validUntil", .time, "The end of its validity."),
    .optional("protocolVersion", .text, "Such as `TLS 1.3`."),
  ])
}
