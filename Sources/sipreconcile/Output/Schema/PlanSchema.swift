import Agent
import Reconcile

extension PlanDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("owner", .text, "The name under which registrations are owned."),
    .required("digest", .text, "SHA-256 over the changes, hexadecimal: what `apply --expect` takes."),
    .optional("commit", .text, "The commit that was planned, where the files come from a repository."),
    .required("live", live, "How live state was obtained, by source; only the source used is there."),
    .required("changes", .list(change), "What would be done, wave by wave."),
    .required("unchanged", .list(.text), "Accounts with nothing to do."),
    .required(
      "kept",
      .list(.object([account, action, reason])),
      "Changes that a rule holds back, such as `protect` or `prune: never`."
    ),
    .required("unknown", .list(.object([account, reason])), "Accounts whose live state could not be read."),
    .required(
      "foreign",
      .list(
        .object([
          account,
          .required("contact", .text, "The contact URI as the registrar wrote it."),
          .optional("expires", .integer, "Seconds left."),
        ])
      ),
      "Bindings of our identities that are not ours; they are left alone."
    ),
    .required("summary", summarySchema, "How many accounts there are of each kind."),
    .required(
      "refusals",
      .list(
        .object([
          .required("rule", .text, "The rail."),
          .required("message", .text, "Why it stops this plan."),
          .required("option", .text, "The option that acknowledges it."),
        ])
      ),
      "Rails that this plan breaks; with any, `apply` does nothing."
    ),
    .required("diagnostics", .list(DiagnosticDocument.entrySchema), "Warnings about the files."),
  ])

  static let summarySchema = SchemaType.object(
    (Change.Action.allCases.map(\.rawValue) + ["unchanged", "kept", "unknown", "foreign"]).map {
      .required($0, .integer, "The number of accounts.")
    }
  )

  static let change = SchemaType.object([
    account,
    action,
    .optional("identity", .text, "The address of record."),
    .optional("registrar", .text, "Where REGISTER goes."),
    .required(
      "cause",
      .object([
        .required(
          "kind",
          .choice([
            "config", "drift", "expired", "due", "dependency", "address", "secret", "orphan", "requested",
          ]),
          "Why the change is made."
        ),
        .optional("at", .text, "Where in the files, as `file:line:column`."),
      ]),
      "Why the change is made, and where that is written."
    ),
    .required("wave", .integer, "1 for what waits for nothing."),
    .required("after", .list(.text), "The accounts whose changes must succeed first."),
    .required("fields", .list(field), "The differences."),
    .required("steps", .list(step), "What is done, in order."),
  ])

  private static let account = SchemaField.required("account", .text, "The account's name.")

  private static let action = SchemaField.required(
    "action",
    .choice(Change.Action.allCases.map(\.rawValue)),
    "What happens to the account."
  )

  private static let reason = SchemaField.required("reason", .text, "Why, for people.")

  private static let field = SchemaType.object([
    .required("path", .text, "The key as in the file, nested ones with dots."),
    .optional("before", .text, "Absent where there was none, and for a sensitive field."),
    .optional("after", .text, "Absent where there is none, and for a sensitive field."),
    .required("sensitive", .flag, "True: the values are secret and never shown."),
    .required("changed", .flag, "True where the value differs."),
  ])

  private static let step = SchemaType.object([
    .required(
      "step",
      .choice(["register", "edit", "refresh", "restore", "unregister", "removeForeign", "record", "forget"]),
      "What the engine or the state does."
    ),
    .optional("callID", .text, "The Call-ID of the registration that is unregistered or forgotten."),
    .optional("contact", .text, "The foreign binding that is removed."),
    .optional("account", .text, "The account whose binding is restored."),
  ])

  private static let live = SchemaType.object(
    ["registrar", "agent", "state"].map { .optional($0, liveEntry, "What this source told.") }
  )

  private static let liveEntry = SchemaType.object([
    .required("status", .choice(["complete", "partial", "unreadable", "stored"]), "How much was answered."),
    .required("asked", .integer, "Accounts asked about."),
    .required("answered", .integer, "Accounts of which the answer is known."),
    .optional("age", .integer, "Seconds since the oldest fact used was seen."),
  ])
}
