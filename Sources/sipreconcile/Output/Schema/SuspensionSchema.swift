extension SuspensionDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("owner", .text, "Whose accounts these are."),
    .required(
      "suspended",
      .list(
        .object([
          .required("account", .text, "The account's name."),
          .optional("until", .time, "When the suspension ends by itself; absent: when somebody resumes it."),
          .required("reason", .text, "Why, in a person's words; may be empty."),
        ])
      ),
      "The accounts for which nothing is sent from now on."
    ),
    .required("resumed", .list(.text), "The accounts whose suspension has ended."),
  ])
}
