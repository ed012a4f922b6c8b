import Reconcile

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
  /// What a change of it does, where the key is one of an account.
  var effect: AccountField.Effect?
  /// A part of the value a change of which does something else.
  var part: (name: String, effect: AccountField.Effect)?

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
    if let effect {
      text += " A change of it \(effect.words)"
      if let part { text += "; of \(part.name), it \(part.effect.words)" }
      text += "."
    }
    if let unit = shape.unit { text += " \(unit)" }
    if let otherwise { text += " Without it: \(otherwise)." }
    var members = shape.members + [("description", .text(text))]
    if let fallback { members.append(("default", fallback)) }
    return .object(members)
  }
}

extension AccountField.Effect {
  /// What a change does, after “a change of it”.
  var words: String {
    switch self {
    case .replace: "unregisters the account and registers it anew"
    case .move: "registers at the new place, and then unregisters at the old"
    case .toggle: "registers or unregisters"
    case .edit: "is one REGISTER"
    case .local: "sends nothing"
    }
  }

  /// What tables call it.
  var name: String {
    switch self {
    case .replace: "replace"
    case .move: "move"
    case .toggle: "register, unregister"
    case .edit: "edit"
    case .local: "local"
    }
  }
}
