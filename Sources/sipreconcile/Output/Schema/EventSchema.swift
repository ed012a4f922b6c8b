import Agent
import Reconcile

extension EventDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("type", .choice(Kind.allCases.map(\.rawValue)), "What happened; `run_summary` is the last."),
    .required("at", .time, "When."),
    .required("run", .text, "The same for all events of one run."),
    .optional("account", .text, "The account's name."),
    .required("message", .text, "One sentence for people."),
    .optional("action", .choice(Change.Action.allCases.map(\.rawValue)), "Of a change and its outcome."),
    .optional("outcome", .choice(ReportDocument.outcomeNames), "How a change ended."),
    .optional("state", .choice(RegistrationState.allCases.map(\.rawValue)), "Of a registration."),
    .optional("code", .integer, "The SIP status code."),
    .optional("reason", .text, "The registrar's reason or our own words."),
    .optional("contact", .text, "The contact URI as sent."),
    .optional("expiresIn", .integer, "Seconds until the binding expires."),
    .optional("nextIn", .integer, "Seconds until the next attempt."),
    .optional("blockedBy", .list(.text), "The accounts that blocked it, the root cause first."),
    .optional("remedy", .text, "What a person can do about it."),
    .optional("lapsesAt", .time, "When a binding that could not be removed ends by itself."),
    .optional("duration", .number, "Seconds."),
    .optional("digest", .text, "The plan's digest."),
    .optional("rule", .text, "The rule of a diagnostic or a refusal."),
    .optional("option", .text, "The option that acknowledges a refusal."),
    .optional("severity", .choice(["error", "warning", "note"]), "Of a diagnostic."),
    .optional("check", .choice(Finding.Check.allCases.map(\.rawValue)), "What the doctor looked at."),
    .optional("verdict", .choice(Finding.Verdict.allCases.map(\.rawValue)), "What came of a check."),
    .optional("server", .text, "The server that a check is about."),
    .optional("file", .text, "Of a diagnostic."),
    .optional("line", .integer, "Of a diagnostic."),
    .optional("column", .integer, "Of a diagnostic."),
    .optional("change", PlanDocument.change, "The change, as in a plan."),
    .optional("plan", PlanDocument.summarySchema, "The plan's summary."),
    .optional("summary", ReportDocument.summarySchema, "The report's summary."),
    .optional("exit", .integer, "Of a run_summary: the exit status."),
  ])
}
