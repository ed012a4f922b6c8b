/// What a kind of mapping means to the person who writes it; its keys have their own `KeyEntry`.
struct SectionEntry {
  /// Its heading in the reference. Lower case without punctuation: so its anchor is the same wherever Markdown is shown.
  var heading: String
  /// Where it stands, and what it is for.
  var about: String
  /// What holds for the mapping as a whole, limits among it.
  var rules: [String]
  /// A valid piece of a file that shows it, without `apiVersion` and `owner`.
  var example: String

  init(_ heading: String, _ about: String, rules: [String] = [], example: String) {
    self.heading = heading
    self.about = about
    self.rules = rules
    self.example = example
  }

  /// The words of the schema.
  var description: String { ([about] + rules).joined(separator: " ") }

  /// What accounts have in common, which is no kind of mapping of its own.
  static let defaults = SectionEntry(
    "defaults",
    "What each account of a file has unless it says otherwise. It goes for the files that this one includes too, whose "
      + "own defaults come first.",
    rules: [
      "Every key of an account may stand here but "
        + AccountKey.ofOneAccount.map { "`\($0)`" }.joined(separator: ", ") + ".",
      "A value replaces the default as a whole: mappings such as `labels` are not merged.",
    ],
    example: """
      defaults:
        expires: 30m
        retry: { base: 10s, max: 10m }
      """
  )
}
