import ArgumentParser
import Foundation
import Reconcile
import Testing

@testable import sipreconcile

/// The README says what the program does today.
@Suite struct ReadmeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func readme() throws -> String { try text("README.md") }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// A command and what the README says it prints; `...` stands for lines left out.
  private struct Call {
    var command: String
    var output: String
  }

  private static func calls() throws -> [Call] {
    try readme().components(separatedBy: "```console\n").dropFirst().flatMap { block in
      let body = block.components(separatedBy: "```")[0]
      return ("\n" + body).components(separatedBy: "\n$ ").dropFirst().map { call in
        let lines = call.components(separatedBy: "\n")
        let output = lines.dropFirst().joined(separator: "\n").trimmingCharacters(in: .newlines)
        return Call(command: lines[0], output: output)
      }
    }
  }

  private func laboratory() throws -> Laboratory {
    let laboratory = try Laboratory(clock: SystemClock(), composition: .real)
    let folder = laboratory.folder + "/examples"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["push-gateway", "push-gateway-changed", "chain"] {
      try laboratory.write(Self.text("examples/\(name).yaml"), to: "examples/\(name).yaml")
    }
    try laboratory.write(
      """
      apiVersion: sipreconcile/v1
      owner: test
      accounts:
        a:
          identity: sip:a@example.com
          expire: 60
      """,
      to: "accounts.yaml"
    )
    try laboratory.write(
      """
      l_uuid,l_username,l_domain,r_username,r_domain,realm,auth_username,auth_password,expires,contact_addr
      trunk-1,1,edge.example,4930,carrier.example,carrier.example,4930,s3cret,600,198.51.100.7:5060
      trunk-4,4,edge.example,4934,carrier.example,carrier.example,4934,s3cret,600,
      """,
      to: "uacreg.csv"
    )
    return laboratory
  }

  /// What differs from run to run: times, the order of what ends at once, and digests.
  private func steady(_ text: String) -> [String] {
    let plain = text.replacing(/(?m)\d+(?:\.\d+)? m?s$/, with: "0 ms").replacing(
      /Digest [0-9a-f]{12}/,
      with: "Digest 0"
    )
    var lines = plain.replacing("FOLDER/", with: "").components(separatedBy: "\n").filter { !$0.isEmpty }
    let ended = lines.indices.filter { lines[$0].hasPrefix("✓") }
    for (index, line) in zip(ended, ended.map { lines[$0] }.sorted()) { lines[index] = line }
    return lines
  }

  @Test("each transcript in the README is what the program prints")
  func transcriptsAreTrue() async throws {
    let laboratory = try laboratory()
    let calls = try Self.calls()
    #expect(calls.count >= 6)
    for call in calls {
      var arguments = call.command.components(separatedBy: " ").dropFirst().map { $0 }
      let redirect = arguments.firstIndex(of: ">")
      if let redirect { arguments.removeSubrange(redirect...) }
      let file = arguments.firstIndex { $0.hasSuffix(".csv") }
      if let file { arguments[file] = laboratory.folder + "/" + arguments[file] }
      let ending = await laboratory.run(arguments)
      let printed = steady((redirect == nil ? ending.output : "") + ending.errors)
      let said = steady(call.output)
      if let gap = said.firstIndex(of: "...") {
        let (head, tail) = (said[..<gap], said[(gap + 1)...])
        #expect(printed.starts(with: head), "\(call.command)")
        #expect(Set(tail).isSubset(of: printed), "\(call.command)")
      } else {
        #expect(printed.sorted() == said.sorted(), "\(call.command)")
      }
    }
  }

  @Test("the README names every command and every option")
  func everyOptionIsNamed() throws {
    let readme = try Self.readme()
    for command in RootCommand.configuration.subcommands {
      let name = try #require(command.configuration.commandName)
      #expect(readme.contains("`\(name)") || name == "diff", "\(name)")
      for match in RootCommand.helpMessage(for: command).matches(of: /(?m)^ +(?:-[a-z], )?(--[a-z-]+)/)
      where !["--help", "--version", "--output"].contains(match.1) {
        #expect(readme.contains("`\(match.1)"), "\(name) \(match.1)")
      }
    }
  }

  @Test("the README's table of changes is that of the program")
  func changesAreTrue() throws {
    let readme = try Self.readme()
    let table = try #require(readme.firstRange(of: "| a change of | is |"))
    let rows = readme[table.upperBound...].components(separatedBy: "\n\n")[0].split(separator: "\n")
      .dropFirst()
    let effects: [(String, AccountField.Effect)] = [
      ("*replace*", .replace), ("*move*", .move), ("registered, or unregistered", .toggle), ("*edit*", .edit),
      ("*local*", .local),
    ]
    #expect(rows.count == effects.count)
    for (word, effect) in effects {
      let row = try #require(rows.first { $0.contains("| \(word)") }, "\(word)")
      let named = row.matches(of: /`([A-Za-z]+)`/).map { String($0.1) }
      let fields = AccountField.allCases.filter { $0.effect == effect }.map {
        $0 == .displayName ? "the display name" : $0.rawValue
      }
      #expect(Set(named + (row.contains("the display name") ? ["the display name"] : [])) == Set(fields))
    }
  }

  @Test("the README links the file reference, and each file that it links is there")
  func linksLeadSomewhere() throws {
    let links = try Self.readme().matches(of: /\]\(([^)#:]+)\)/).map { String($0.1) }
    #expect(links.contains("Sources/Reconcile/Reconcile.docc/FileReference.md"))
    for link in links {
      #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: link).path), "\(link)")
    }
  }

  @Test("every article is on the landing page, and links lead to articles")
  func articlesAreReached() throws {
    let catalogue = Self.root.appending(path: "Sources/Reconcile/Reconcile.docc")
    let files = try FileManager.default.contentsOfDirectory(atPath: catalogue.path).filter {
      $0.hasSuffix(".md")
    }
    let articles = Set(files.map { String($0.dropLast(3)) }).subtracting(["Reconcile"])
    func links(_ file: String) throws -> Set<String> {
      let text = try String(contentsOf: catalogue.appending(path: file), encoding: .utf8)
      return Set(text.matches(of: /<doc:([A-Za-z]+)>/).map { String($0.1) })
    }
    #expect(try links("Reconcile.md") == articles)
    for file in files { #expect(try links(file).isSubset(of: articles), "\(file)") }
  }

  @Test("the README names every key of an account")
  func everyKeyIsNamed() throws {
    let readme = try Self.readme()
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(Self.text("schemas/config.json").utf8)) as? [String: Any]
    )
    let account = try #require((schema["$defs"] as? [String: Any])?["account"] as? [String: Any])
    let keys = try #require(account["properties"] as? [String: Any]).keys
    for key in keys { #expect(readme.contains("`\(key)`"), "\(key)") }
  }
}
