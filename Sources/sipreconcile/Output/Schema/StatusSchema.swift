import Agent
import Reconcile

extension StatusDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(StatusDocument.format), "The document's format and version."),
    .required("owner", .text, "The name under which registrations are owned."),
    .required("at", .time, "When this was true."),
    .optional("agent", agent, "The process that holds the registrations; absent where none does."),
    .required("accounts", .list(account), "In the order of the files, then what is owned beside them."),
  ])

  private static let agent = SchemaType.object([
    .required("pid", .integer, "The process."),
    .required("host", .text, "The machine it runs on."),
    .required("startedAt", .time, "Since when it runs."),
    .required("manifestAccepted", .flag, "False while an earlier reading of the files is in force."),
    .required("diagnostics", .list(.text), "What is wrong with the files."),
    .required("refusals", .list(.text), "Why the last plan was refused."),
    .optional("stateFailure", .text, "Why the state cannot be written."),
    .optional("source", .text, "What the files are read from: paths, or a repository with its ref."),
    .optional("commit", .text, "The commit in force, where the files come from a repository."),
    .optional("sourceFailure", .text, "Why nothing newer can be had from there."),
    .optional("restingServers", .list(restingServer), "Servers that are left alone at present."),
  ])

  private static let restingServer = SchemaType.object([
    .required("address", .text, "As `host:port`."),
    .required("transport", .text, "How it is reached."),
    .required(
      "cause",
      .choice(RestingServer.Cause.allCases.map(\.rawValue)),
      "`failed`: used only if nothing else is left; `quiet`: it asked not to be sent anything."
    ),
    .required("until", .time, "The end of it."),
  ])

  private static let account = SchemaType.object([
    .required("account", .text, "The account's name."),
    .optional(
      "flowOf",
      .text,
      "Of a later flow (RFC 5626): the account that it is a flow of, which is its first."
    ),
    .required("identity", .text, "The address of record."),
    .required("registrar", .text, "Where REGISTER goes."),
    .required("state", .choice(RegistrationState.allCases.map(\.rawValue)), "Of the registration."),
    .required("conditions", .list(condition), "What holds of the account and what does not."),
    .optional("contact", .text, "The contact URI as sent."),
    .required("bindings", .list(binding), "What the registrar last listed for the identity."),
    .required("requested", .integer, "The lifetime asked for, in seconds."),
    .optional("granted", .integer, "The lifetime granted, in seconds."),
    .optional("expiresAt", .time, "When our binding expires."),
    .optional("nextRefreshAt", .time, "When the next refresh, retry or probe is due."),
    .optional("lastCode", .integer, "The SIP status code of the last final answer."),
    .optional("lastReason", .text, "The registrar's reason or our own words."),
    .optional("peer", .text, "The server asked, as `host:port`."),
    .optional("publicAddress", .text, "Where the server saw our requests come from, as `host:port`."),
    .optional(
      "unauthenticated",
      .flag,
      "True where the registrar bound it without asking for its credentials."
    ),
    .optional("publicGRUU", .text, "The public GRUU that the registrar granted, to the letter."),
    .optional("temporaryGRUU", .text, "The newest temporary GRUU, to the letter."),
    .optional("serviceRoute", .list(.text), "The Service-Route of the last 2xx; no REGISTER takes it."),
    .optional("path", .list(.text), "The proxies before the registrar, as its Path says."),
    .optional("associatedURIs", .list(.text), "The user's other identities, registered or not."),
    .optional("pushProviders", .list(.text), "The push services through which the network wakes devices."),
    .optional("pushReference", .text, "The number that stands for the device's push (`+sip.pnspurr`)."),
    .optional("transport", .text, "The transport that was asked for."),
    .optional("callID", .text, "The registration's Call-ID."),
    .optional("cseq", .integer, "Every CSeq up to this one may have been used."),
    .required("blockedBy", .list(.text), "The accounts that it waits for, the root cause first."),
    .optional("flows", .list(flow), "Of the first of several flows: all of them, itself included."),
  ])

  private static let flow = SchemaType.object([
    .required("account", .text, "The flow's name."),
    .required("registered", .flag, "True while it is up."),
  ])

  private static let condition = SchemaType.object([
    .required("type", .choice(Condition.Kind.allCases.map(\.rawValue)), "What holds or does not."),
    .required("status", .choice(["True", "False"]), "Whether it holds."),
    .required("reason", .text, "One word for programs."),
    .required("message", .text, "A sentence for people; may be empty."),
    .required("since", .time, "Since when."),
  ])

  private static let binding = SchemaType.object([
    .required("contact", .text, "The contact URI."),
    .optional("expires", .integer, "Seconds left."),
    .required("ours", .flag, "True for a binding that we made."),
  ])
}
