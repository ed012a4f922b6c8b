extension LockDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("owner", .text, "Whose state it is."),
    .required("state", .text, "The path of the state."),
    .optional(
      "holder",
      .object([
        .required("command", .text, "What it runs, such as `watch`."),
        .required("pid", .integer, "The process."),
        .required("host", .text, "The machine it runs on."),
        .required("startedAt", .time, "Since when it holds the state."),
        .required("seenAt", .time, "Its last sign of life."),
      ]),
      "The process that holds the state; absent where none does."
    ),
  ])
}
