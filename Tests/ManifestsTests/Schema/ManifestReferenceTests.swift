import Foundation
import Reconcile
import Testing

@testable import Manifests

/// The reference says what the schema says: every key, and no other.
struct ManifestReferenceTests {
  /// A section: its heading, the keys of its table, and its examples.
  private struct Section {
    var heading: String
    var rows: [[String]] = []
    var text = ""
    var examples: [String] = []
    var keys: [String] {
      rows.dropFirst().map { $0[0].trimmingCharacters(in: CharacterSet(charactersIn: "`")) }
    }
  }

  private let sections: [Section]
  private let schema: JSONValue

  init() throws {
    schema = try JSONValue(json: Fixture.read("../../schemas/config.json"))
    var sections: [Section] = []
    var isExample = false
    for line in ManifestReference().lines() {
      if line.hasPrefix("## ") { sections.append(Section(heading: String(line.dropFirst(3)))) }
      guard !sections.isEmpty else { continue }
      let last = sections.count - 1
      if line.hasPrefix("```") {
        if !isExample { sections[last].examples.append("") }
        isExample.toggle()
      } else if isExample {
        sections[last].examples[sections[last].examples.count - 1] += line + "\n"
      } else {
        sections[last].text += line + "\n"
        if line.hasPrefix("| ") { sections[last].rows.append(cells(line)) }
      }
    }
    self.sections = sections
  }

  private func section(_ heading: String) throws -> Section {
    try #require(sections.first { $0.heading == heading }, "\(heading)")
  }

  private func properties(_ object: JSONValue?) -> Set<String> {
    guard case .object(let properties)? = object?["properties"] else { return [] }
    return Set(properties.keys)
  }

  @Test func everyKeyOfTheSchemaIsInItAndNoOther() throws {
    guard case .object(let definitions)? = schema["$defs"] else { return }
    var seen: Set<String> = ["defaults"]
    #expect(try Set(section("top level").keys) == properties(schema))
    for kind in ManifestSchema.sections {
      seen.insert(kind.title)
      let keys = try section(kind.section.heading).keys
      #expect(Set(keys) == properties(definitions[kind.title]), "\(kind)")
      #expect(keys.count == Set(keys).count, "\(kind)")
    }
    #expect(seen == Set(definitions.keys))
    #expect(
      properties(definitions["account"]).subtracting(properties(definitions["defaults"]))
        == Set(AccountKey.ofOneAccount.map { "\($0)" })
    )
    #expect(sections.count == ManifestSchema.sections.count + 3, "how to read it, top level, defaults")
  }

  @Test("a change of each key of an account is what the table of effects says")
  func changesAreThoseOfTheTable() throws {
    let rows = try section("accounts").rows.dropFirst()
    for row in rows {
      let key = try #require(AccountKey.allCases.first { "`\($0)`" == row[0] })
      guard key != .identity else {
        #expect(row[3] == "replace; the display name alone: edit")
        continue
      }
      #expect(row[3] == key.field?.effect.name ?? "–", "\(key)")
    }
  }

  @Test("what a file needs, and its defaults, are those of the schema")
  func defaultsAreThoseOfTheSchema() throws {
    for kind in ManifestSchema.sections {
      let definition = try #require(schema["$defs"]?[kind.title])
      for row in try section(kind.section.heading).rows.dropFirst() {
        let name = row[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))
        var required: [JSONValue] = []
        if case .list(let names)? = definition["required"] { required = names }
        #expect((row[2] == "**required**") == required.contains(.text(name)), "\(kind) \(name)")
        switch definition["properties"]?[name]?["default"] {
        case .text(let text)?: #expect(row[2] == "`\(text)`", "\(kind) \(name)")
        case .flag(let flag)?: #expect(row[2] == "`\(flag)`", "\(kind) \(name)")
        default: break
        }
      }
    }
  }

  @Test func everyExampleIsValid() throws {
    let examples = sections.flatMap { section in section.examples.map { (section.heading, $0) } }
    #expect(examples.count == ManifestSchema.sections.count + 2)
    for (heading, example) in examples {
      let isWhole = example.hasPrefix("apiVersion")
      let text = isWhole ? example : "apiVersion: sipreconcile/v1\nowner: test\n" + example
      let result = ManifestLoader().load([ManifestLoader.Input(path: "a.yaml", bytes: Array(text.utf8))])
      #expect(!result.hasErrors, "\(heading): \(result.diagnostics.map(\.message))")
    }
  }

  @Test("every link leads to a section, and every section is linked to or stands at the top")
  func linksLeadSomewhere() {
    let text = ManifestReference().lines().joined(separator: "\n")
    let targets = Set(text.matches(of: /\]\(#([^)]*)\)/).map { String($0.1) })
    let anchors = Set(sections.map { $0.heading.replacing(" ", with: "-") })
    #expect(anchors.subtracting(targets) == ["How-to-read-it", "top-level"])
    #expect(targets.isSubset(of: anchors))
  }

  @Test("headings of sections are written so that their anchors are the same everywhere")
  func headingsAreLowerCase() {
    for kind in ManifestSchema.sections {
      #expect(kind.section.heading.allSatisfy { ("a"..."z").contains($0) || $0 == " " }, "\(kind)")
    }
  }

  @Test("each row of a table has as many cells as its head")
  func tablesAreWhole() {
    for section in sections {
      #expect(Set(section.rows.map(\.count)).count <= 1, "\(section.heading)")
    }
  }
}

/// The cells of a row; `\|` is no border.
private func cells(_ line: String) -> [String] {
  line.replacing("\\|", with: "\u{1}").split(separator: "|").map {
    $0.trimmingCharacters(in: .whitespaces).replacing("\u{1}", with: "|")
  }.filter { !$0.isEmpty }
}
