import Reconcile

/// The sections of Asterisk's pjsip.conf, with their templates applied.
///
/// `[name](!)` is a template, `[name](a,b)` takes over the entries of a and b, `[name](+)` goes on with the
/// section of that name. A `;` begins a comment unless there is a backslash before it.
struct PJSIPFile {
  private(set) var sections: [INISection] = []
  private var templates: Set<Int> = []
  private var isInComment = false

  /// Sections that are no templates.
  var declared: [INISection] { sections.indices.filter { !templates.contains($0) }.map { sections[$0] } }

  mutating func read(_ source: ImportSource, _ draft: inout ImportDraft) {
    isInComment = false
    var current: Int?
    for (line, at) in SourceLines(source: source) {
      let (text, isCut) = uncommented(line)
      if text.isEmpty { continue }
      if text.hasPrefix("#") {
        directive(text, at, &draft)
      } else if text.hasPrefix("[") {
        current = open(text, at, &draft)
      } else if let equals = text.firstIndex(of: "="), let current {
        var value = text[text.index(after: equals)...]
        if value.first == ">" { value = value.dropFirst() }
        let key = text[..<equals].trimmed.lowercased()
        sections[current].entries.append(INISection.Entry(key: key, value: value.trimmed, at: at))
        if isCut, key.hasSuffix("_uri") || key == "outbound_proxy" {
          draft.warn(
            "`\(key)`: what follows the `;` is a comment to Asterisk; `\\;` would be part of the address",
            at: at
          )
        }
      } else {
        draft.warn("this line is no `key = value` in a section, and is left out", at: at)
      }
    }
  }

  /// The line without comments, and whether one cut it off right behind a letter.
  private mutating func uncommented(_ line: Substring) -> (String, Bool) {
    var text = ""
    var rest = line[...]
    while let character = rest.first {
      if isInComment {
        if rest.hasPrefix("--;") {
          isInComment = false
          rest = rest.dropFirst(3)
        } else {
          rest = rest.dropFirst()
        }
        continue
      }
      if character == "\\", rest.dropFirst().first == ";" {
        text.append(";")
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix(";--"), !rest.hasPrefix(";---") {
        isInComment = true
        rest = rest.dropFirst(3)
      } else if character == ";" {
        return (text.trimmed, text.last.map { !$0.isWhitespace } ?? false)
      } else {
        text.append(character)
        rest = rest.dropFirst()
      }
    }
    return (text.trimmed, false)
  }

  private func directive(_ text: String, _ at: SourceLocation, _ draft: inout ImportDraft) {
    let words = text.split(whereSeparator: \.isWhitespace)
    let argument = words.dropFirst().joined(separator: " ").unquoted
    switch words.first {
    case "#include", "#tryinclude":
      draft.warn("`\(argument)` is included here and is not read; name it as a file to import too", at: at)
    default: draft.warn("`\(words.first ?? "#")` is not carried out", at: at)
    }
  }

  private mutating func open(_ text: String, _ at: SourceLocation, _ draft: inout ImportDraft) -> Int? {
    guard let close = text.firstIndex(of: "]") else {
      draft.warn("this section's name has no `]`, and its keys are left out", at: at)
      return nil
    }
    let name = text[text.index(after: text.startIndex)..<close].trimmed
    let options = text[text.index(after: close)...].trimmed.drop { $0 == "(" }
    let parents = options.split { $0 == "," || $0 == ")" }.map(\.trimmed)
    if parents.contains("+"), let earlier = sections.lastIndex(where: { $0.name == name }) { return earlier }
    var section = INISection(name: name, at: at)
    for parent in parents where parent != "!" && parent != "+" {
      guard let template = sections.last(where: { $0.name == parent }) else {
        draft.warn("`[\(name)]` is made from `[\(parent)]`, which does not stand before it", at: at)
        continue
      }
      section.entries += template.entries
    }
    sections.append(section)
    if parents.contains("!") { templates.insert(sections.count - 1) }
    return sections.count - 1
  }
}
