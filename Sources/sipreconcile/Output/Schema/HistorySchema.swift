import Agent
import Reconcile

extension HistoryDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("owner", .text, "Whose state it is."),
    .required("runs", .list(run), "The newest first."),
  ])

  private static let run = SchemaType.object([
    .required("run", .integer, "Counts up from 1."),
    .required("startedAt", .time, "When it began."),
    .optional("endedAt", .time, "When it ended; absent while it runs and of one that was killed."),
    .required("digest", .text, "The digest of the plan that was carried out."),
    .optional("source", .text, "The files, or the command."),
    .optional("commit", .text, "The commit that was carried out, where the files come from a repository."),
    .required("summary", ReportDocument.summarySchema, "How many changes ended in each way."),
    .required("changes", .list(change), "What did not succeed first; 200 of a run at most."),
  ])

  private static let change = SchemaType.object([
    .required("account", .text, "The account's name."),
    .required("action", .choice(Change.Action.allCases.map(\.rawValue)), "What was to happen."),
    .required("outcome", .choice(ReportDocument.outcomeNames), "How it ended."),
    .optional("cause", cause, "Why; absent in what was written before causes were kept."),
    .optional("code", .integer, "The SIP status code of the last final answer."),
    .required("reason", .text, "The registrar's reason or our own words."),
  ])

  private static let cause = SchemaType.object([
    .required("kind", .text, "Such as config, drift, expired or secret, as in a plan."),
    .optional("at", .text, "The place in a file, as `file:line:column`."),
  ])
}
