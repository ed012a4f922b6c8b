extension ForgetDocument {
  static let schema = SchemaType.object([
    .required("format", .constant(formatName), "The document's format and version."),
    .required("owner", .text, "Whose state it is."),
    .required("forgotten", .list(entry), "The registrations that are no longer ours."),
  ])

  private static let entry = SchemaType.object([
    .required("account", .text, "The account's name."),
    .required("identity", .text, "The address of record."),
    .optional("contact", .text, "What stays bound."),
    .optional("expiresAt", .time, "When that binding lapses by itself."),
  ])
}
