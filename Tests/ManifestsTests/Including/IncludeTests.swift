import Manifests
import Reconcile
import SIP
import Testing

/// Folders, and files that include others.
struct IncludeTests {
  private let folder: TemporaryFolder
  private static let head = "apiVersion: sipreconcile/v1\n"

  init() throws {
    folder = try TemporaryFolder()
    try folder.makeFolder("d")
  }

  private func write(_ name: String, _ text: String) throws { _ = try folder.write(name, Self.head + text) }

  private func account(_ name: String, _ keys: String = "") -> String {
    "accounts: { \(name): { identity: sip:\(name)@example.com\(keys) } }\n"
  }

  private func load(_ paths: String..., root: String? = nil) -> LoadResult {
    var loader = ManifestLoader()
    loader.workingDirectory = folder.path
    loader.includeRoot = root
    return loader.load(paths: paths)
  }

  private func names(_ result: LoadResult) -> [String]? {
    result.desired?.accounts.map { $0.account.id.name }
  }

  @Test("a folder stands for its YAML files in the order of their names, and for no others")
  func aFolder() throws {
    try write("d/b.yml", account("b"))
    try write("d/a.yaml", "owner: o\n" + account("a"))
    try write("d/.hidden.yaml", "bogus: 1")
    try write("d/notes.txt", "bogus: 1")
    try folder.makeFolder("d/deeper.yaml")
    let result = load("d")
    #expect(names(result) == ["a", "b"])
    #expect(result.files == ["d/a.yaml", "d/b.yml", folder.path + "/d/"])
    #expect(result.desired?.accounts[1].at == SourceLocation(file: "d/b.yml", line: 2, column: 13))
  }

  @Test("an empty folder, one that is missing, and a file that is named twice")
  func oddPaths() throws {
    let empty = load("d")
    #expect(empty.diagnostics.map(\.message) == ["`d` holds no .yaml file"])
    #expect(load("none/").diagnostics.map(\.rule) == ["file"])
    try write("a.yaml", "owner: o\n" + account("a"))
    #expect(names(load("a.yaml", "./a.yaml", folder.path + "/a.yaml")) == ["a"])
  }

  @Test("a file includes files, folders and patterns, seen from its own folder and each once")
  func includes() throws {
    try folder.makeFolder("d/e")
    try write("main.yaml", "owner: o\ninclude: [d/z.yaml, d, 'd/e/*.conf']\n" + account("main"))
    try write("d/a.yaml", "include: [e/x.conf, ../main.yaml, .]\n" + account("a", ", dependsOn: main"))
    try write("d/z.yaml", account("z"))
    try write("d/e/x.conf", account("x"))
    try write("d/e/y.conf", account("y"))
    let result = load("main.yaml")
    #expect(result.diagnostics.isEmpty)
    #expect(names(result) == ["main", "z", "a", "x", "y"])
    #expect(result.files.contains(folder.path + "/d/") && result.files.contains(folder.path + "/d/e/"))
    #expect(result.files.contains("d/e/x.conf"))
  }

  @Test("defaults belong to a file and to those that it includes, whose own come before them")
  func defaults() throws {
    let defaults = "defaults: { expires: 10m, registrar: main, labels: { site: x } }\n"
    let registrars = "registrars: { main: { uri: sip:r.example.com } }\n"
    try write(
      "main.yaml",
      "owner: o\ninclude: [d/a.yaml, d/b.yaml]\n" + registrars + defaults + account("main")
    )
    try write("d/a.yaml", "defaults: { expires: 20m }\n" + account("a"))
    try write("d/b.yaml", account("b", ", expires: 30m"))
    try write("other.yaml", account("other"))
    let accounts = try #require(load("main.yaml", "other.yaml").desired).accounts.map(\.account)
    #expect(accounts.map(\.id.name) == ["main", "a", "b", "other"])
    #expect(accounts.map(\.expires) == [600, 1200, 1800, 3600])
    #expect(accounts.prefix(3).allSatisfy { $0.registrar.description == "sip:r.example.com" })
    #expect(accounts.map(\.labels.count) == [1, 1, 1, 0])
  }

  @Test("what is wrong in an included file is told there, and what cannot be read where it is included")
  func mistakes() throws {
    try write(
      "main.yaml",
      "owner: o\ninclude:\n  - d/a.yaml\n  - d/none.yaml\n  - 'd/*.conf'\n" + account("main")
    )
    try write("d/a.yaml", account("a", ", expirs: 1, dependsOn: unknown"))
    let result = load("main.yaml")
    let places = result.diagnostics.map { "\($0.at.map { "\($0)" } ?? "") \($0.rule)" }
    // What `a` depends on may stand in the file that is missing.
    #expect(places == ["main.yaml:5:5 include", "main.yaml:6:5 include", "d/a.yaml:2:47 unknown-key"])
    #expect(result.diagnostics.map(\.severity) == [.error, .warning, .error])
    #expect(result.diagnostics[0].message.contains("`d/none.yaml` cannot be read: No such file"))
    #expect(result.files.contains(folder.path + "/d/none.yaml"))
  }

  @Test("the same account in two files is an error that names both places")
  func duplicates() throws {
    try write("main.yaml", "owner: o\ninclude: d/a.yaml\n" + account("a"))
    try write("d/a.yaml", account("a"))
    let messages = load("main.yaml").diagnostics.map(\.message)
    #expect(messages == ["account `a` is already declared at main.yaml:4:13"])
  }

  @Test(
    "SEC-58 include does not leave the folder of the file that is named, unless it is told how far it may",
    arguments: ["../x.yaml", "../../../etc/passwd", "/etc/passwd", "e/../../x.yaml", "../*.yaml", "/etc/*"]
  )
  func includesStayInside(_ path: String) throws {
    try write("x.yaml", account("x"))
    try write("d/main.yaml", "owner: o\ninclude: '\(path)'\n" + account("main"))
    let result = load("d/main.yaml")
    #expect(result.desired == nil)
    #expect(result.diagnostics.map(\.rule) == ["include"])
    #expect(result.diagnostics[0].message.contains("--include-root"))
    let allowed = load("d/main.yaml", root: folder.path)
    #expect(allowed.hasErrors == !["../x.yaml", "e/../../x.yaml", "../*.yaml"].contains(path))
  }

  @Test("a digest changes with the bytes of an included file, and with a file that comes")
  func digests() throws {
    try write("main.yaml", "owner: o\ninclude: 'd/*.yaml'\n" + account("main"))
    try write("d/a.yaml", account("a"))
    let first = load("main.yaml").contentDigest
    #expect(load("main.yaml").contentDigest == first)
    try write("d/a.yaml", account("a", ", expires: 60"))
    let second = load("main.yaml").contentDigest
    #expect(second != first)
    try write("d/b.yaml", account("b"))
    #expect(load("main.yaml").contentDigest != second)
  }
}
