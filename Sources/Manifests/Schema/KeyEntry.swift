/// What a key of a manifest means to the person who writes it, and what its value may be.
///
/// Each key of `ManifestKey` has one, so a key that the decoder knows cannot be missing in the schema.
struct KeyEntry {
  /// One sentence or more; units that are not plain from the shape stand in it.
  var meaning: String
  var shape: ValueShape
  /// What holds without the key, where that is one value.
  var fallback: SchemaValue?
  /// What holds without the key, where that needs words.
  var otherwise: String?

  init(
    _ meaning: String,
    _ shape: ValueShape,
    default fallback: SchemaValue? = nil,
    otherwise: String? = nil
  ) {
    self.meaning = meaning
    self.shape = shape
    self.fallback = fallback
    self.otherwise = otherwise
  }

  /// The value's schema with the words.
  var schema: SchemaValue {
    var text = meaning
    if let unit = shape.unit { text += " \(unit)" }
    if let otherwise { text += " Without it: \(otherwise)." }
    var members = shape.members + [("description", .text(text))]
    if let fallback { members.append(("default", fallback)) }
    return .object(members)
  }
}
