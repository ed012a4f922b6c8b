/// The JSON Schema (draft 2020-12) of one file, made from the tables that the decoder finds its keys in.
///
/// What needs the whole of all files, such as names that must exist, or the grammar of a URI, is left to
/// `validate`.
package struct ManifestSchema: Encodable, Sendable {
  package init() {}

  package func encode(to encoder: any Encoder) throws { try ManifestSchema.value.encode(to: encoder) }

  /// Every kind of mapping that the whole file has inside, in the order of the reference.
  static let sections: [any ManifestKey.Type] = [
    RegistrarKey.self, TLSKey.self, CredentialKey.self, SecretKey.self, EngineKey.self, ReconcileKey.self,
    AccountKey.self, DependencyKey.self, ContactKey.self, PushKey.self, OutboundKey.self, RetryKey.self,
    ForEachKey.self,
  ]

  static var value: SchemaValue {
    var definitions = sections.map { ($0.title, object($0)) }
    definitions.append(("defaults", defaults))
    let head: [(String, SchemaValue)] = [
      ("$schema", "https://json-schema.org/draft/2020-12/schema"), ("title", "sipreconcile/v1"),
      ("description", "A file of SIP accounts for sipreconcile."), ("$defs", .object(definitions)),
    ]
    return .object(head + members(TopKey.self))
  }

  /// What an account may have and what has a default are the same but for four keys.
  private static var defaults: SchemaValue {
    let members = members(AccountKey.self, leavingOut: Set(AccountKey.ofOneAccount.map { "\($0)" }))
    return .object([("description", .text(SectionEntry.defaults.description))] + members)
  }

  private static func object(_ keys: any ManifestKey.Type) -> SchemaValue {
    .object([("description", .text(keys.section.description))] + members(keys))
  }

  private static func members<Key: ManifestKey>(
    _: Key.Type,
    leavingOut: Set<String> = []
  ) -> [(String, SchemaValue)] {
    let keys = Key.allCases.filter { !leavingOut.contains("\($0)") }
    var members: [(String, SchemaValue)] = [
      ("type", "object"), ("properties", .object(keys.map { ("\($0)", $0.entry.schema) })),
      // Whatever starts with x- is the user's own.
      ("patternProperties", .object([("^x-", true)])), ("additionalProperties", false),
    ]
    let required = Key.required.map { "\($0)" }.filter { !leavingOut.contains($0) }
    if !required.isEmpty { members.append(("required", .texts(required))) }
    return members + Key.rules
  }
}
