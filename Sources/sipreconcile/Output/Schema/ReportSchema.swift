import Agent
import Reconcile

extension ReportDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("digest", .text, "The digest of the plan that was carried out."),
    .required("outcomes", .list(outcome), "How each change ended."),
    .required("summary", summarySchema, "How many changes ended in each way."),
  ])

  static let summarySchema = SchemaType.object(
    outcomeNames.map { .required($0, .integer, "The number of changes.") }
  )

  static let outcomeNames = ["done", "failed", "blocked", "notStarted"]

  private static let outcome = SchemaType.object([
    .required("account", .text, "The account's name."),
    .required("action", .choice(Change.Action.allCases.map(\.rawValue)), "What was to happen."),
    .required("outcome", .choice(outcomeNames), "How it ended."),
    .optional("code", .integer, "The SIP status code of the last final answer."),
    .required("reason", .text, "The registrar's reason or our own words."),
    .required("blockedBy", .list(.text), "The accounts that blocked it, the root cause first."),
    .optional("remedy", .text, "What a person can do about it."),
    .optional("lapsesAt", .time, "When a binding that could not be removed ends by itself."),
    .required("duration", .number, "Seconds."),
  ])
}
