import Agent

extension DiagnosticDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("diagnostics", .list(entrySchema), "All complaints, in the order of the files."),
    .required(
      "summary",
      .object([
        .required("errors", .integer, "The number of errors."),
        .required("warnings", .integer, "The number of warnings."),
        .required("notes", .integer, "The number of notes."),
      ]),
      "How many there are of each severity."
    ),
  ])

  static let entrySchema = SchemaType.object([
    .required("severity", .choice(["error", "warning", "note"]), "Only errors stop a command."),
    .optional("file", .text, "The file, as it was named."),
    .optional("line", .integer, "Counts from 1."),
    .optional("column", .integer, "Counts from 1."),
    .required("message", .text, "What is wrong, what is allowed, what to do."),
    .required("rule", .text, "The short stable name of the rule."),
  ])
}
