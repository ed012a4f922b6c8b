import Reconcile
import Testing

@testable import Manifests

/// The schema that editors use, and the decoder, hold each other to the same.
struct ManifestSchemaTests {
  private static var root: String { Fixture.folder + "/../.." }

  private let schema: JSONValue
  private let checker: SchemaChecker

  init() throws {
    schema = try JSONValue(json: Fixture.read("../../schemas/config.json"))
    checker = try SchemaChecker(schema: schema)
  }

  private func tree(_ bytes: [UInt8], _ name: String) throws -> YAMLTree {
    try YAMLParser.parse(bytes, file: name, limits: YAMLLimits())
  }

  private func document(_ tree: YAMLTree) -> JSONValue { tree.root.map { JSONValue(tree, at: $0) } ?? .null }

  @Test(arguments: ["push-gateway", "push-gateway-changed", "trunk", "fleet", "chain"])
  func everyExampleNamesTheSchemaAndFitsIt(name: String) throws {
    let bytes = try Fixture.read("../../examples/\(name).yaml")
    let first = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    #expect(first == "# yaml-language-server: $schema=../schemas/config.json")
    #expect(try checker.complaints(about: document(tree(bytes, name))) == [])
  }

  /// Accounts of bad files that the schema cannot judge: a URI's grammar, other accounts, or two keys at once.
  private static let beyondTheSchema: [String: Set<String>] = [
    "values": ["q-long", "push", "retry"],
    "uris": [
      "v6", "escape", "idn", "port-zero", "port-high", "port-empty", "port-word", "transport", "sips-udp",
      "sips-uri", "registrar", "unnamed", "quotes", "password",
    ],
    "secrets": ["a"],
    "contacts": ["loop", "any", "any6", "local"],
    "dependencies": ["office", "lab", "unlike", "own"],
    "identities": ["second", "fourth"],
    "cycles": ["self", "a", "c"],
  ]

  @Test(
    "each account of a bad file is accepted or refused alike",
    arguments: [
      "values", "uris", "secrets", "contacts", "dependencies", "identities", "cycles", "control-characters",
      "headers",
    ]
  )
  func accountsAreJudgedAlike(name: String) throws {
    let bytes = try Fixture.read("Fixtures/\(name).yaml")
    let tree = try tree(bytes, "\(name).yaml")
    let wrong = wrongLines(bytes, name)
    guard case .object(let members) = document(tree) else { return }
    for section in ["registrars", "credentials", "accounts"] {
      for (entry, lines) in entries(of: section, in: tree) {
        guard let value = members[section]?[entry] else { continue }
        let one = JSONValue.object(["apiVersion": .text("sipreconcile/v1"), section: .object([entry: value])])
        let isBeyond = ManifestSchemaTests.beyondTheSchema[name]?.contains(entry) == true
        let isRefused = !wrong.isDisjoint(with: lines) && !isBeyond
        #expect(try checker.complaints(about: one).isEmpty != isRefused, "\(section) \(entry)")
        if isBeyond { #expect(!wrong.isDisjoint(with: lines), "\(entry) is no longer refused: say so here") }
      }
    }
  }

  @Test(
    "whole files that are wrong in their structure are refused",
    arguments: [
      "control-characters", "empty", "headers", "secrets", "unknown-keys", "values", "version",
    ]
  )
  func wrongStructureIsRefused(name: String) throws {
    let tree = try tree(Fixture.read("Fixtures/\(name).yaml"), name)
    #expect(try !checker.complaints(about: document(tree)).isEmpty)
  }

  @Test(
    "single values are judged as the decoder judges them",
    arguments: [
      "reconcile: { interval: 0 }", "reconcile: { interval: 1 }", "reconcile: { interval: 1h30m }",
      "reconcile: { interval: 30m1h }", "reconcile: { interval: h }", "reconcile: { interval: 1d2h3m4s }",
      "reconcile: { maxUnregister: 100% }", "reconcile: { maxUnregister: 101% }",
      "reconcile: { prune: never }", "reconcile: { prune: always }", "reconcile: {}", "reconcile:",
      "engine: { userAgent: \"\" }", "engine: { userAgent: 7 }", "engine: { agent: x }", "engine: [a]",
      "registrars: { a: { uri: \"sip:b.example\", maxRate: 0 } }",
      "registrars: { a: { uri: \"sip:b.example\", maxRate: 1 } }",
      "registrars: { a: { uri: \"sip:b.example\", maxInFlight: 1000001 } }",
      "registrars: { a: { maxRate: 1 } }", "registrars:", "registrars: []",
      "registrars: { a: { uri: \"sip:b.example\", tls: { certificate: a.pem } } }",
      "registrars: { a: { uri: \"sip:b.example\", tls: { certificate: a.pem, key: a.key } } }",
      "registrars: { a: { uri: \"sip:b.example\", outboundProxy: [\"sip:c;lr\", \"d:5060\"] } }",
      "credentials: { a: { username: 0123, password: { fromEnv: A } } }",
      "credentials: { a: { username: a, password: { fromEnv: A, fromFile: b } } }",
      "credentials: { a: { username: a, ha1: { fromCommand: [] }, algorithms: MD5 } }",
      "credentials: { a: { username: a, ha1: { fromCommand: [x, y] }, algorithms: [SHA-256] } }",
      "accounts: { a: { identity: \"sip:a@b.example\", keepAlive: off } }",
      "accounts: { a: { identity: \"sip:a@b.example\", keepAlive: on } }",
      "accounts: { a: { identity: \"sip:a@b.example\", outbound: true } }",
      "accounts: { a: { identity: \"sip:a@b.example\", outbound: { regID: 0 } } }",
      "accounts: { a: { identity: \"sip:a@b.example\", onRemove: keep } }",
      "accounts: { a: { identity: \"sip:a@b.example\", labels: { x: , y: 7 }, x-own: [1, {}] } }",
      "accounts: { a: { identity: \"sip:a@b.example\", push: { provider: apns } } }",
      "accounts: { a: { identity: \"sip:a@b.example\", headers: { \"a b\": c } } }",
      "accounts: { a: { identity: \"sip:a@b.example\", headers: { X-A: } } }",
      "accounts: { a: { identity: \"sip:a@b.example\" }, b: { identity: \"sip:b@b.example\", dependsOn: { account: a, contact: none } } }",
      "accounts: { a: { identity: \"sip:a@b.example\" }, b: { identity: \"sip:b@b.example\", dependsOn: [{ account: a, condition: attempted }] } }",
      "accounts: { a: { identity: \"sip:a@b.example\", contact: { q: 1 } } }",
      "credentials: { c: { token: { fromEnv: T }, realm: r, authzServers: [https://x] } }",
      "credentials: { c: { token: { fromEnv: T }, username: u } }",
      "credentials: { c: { token: { fromEnv: T }, algorithms: [MD5] } }",
      "credentials: { c: { token: { fromEnv: T }, password: { fromEnv: P } } }",
      "credentials: { c: { username: u, password: { fromEnv: P }, authzServers: [https://x] } }",
      "credentials: { c: { password: { fromEnv: P } } }",
      "defaults: { identity: \"sip:a@b.example\" }", "defaults: { dependsOn: a }",
      "defaults: { from: \"Gate <sip:g@b.example>\" }", "defaults: { from: { uri: \"sip:g@b.example\" } }",
      "accounts: { a: { identity: \"sip:a@b.example\", from: \"tel:1\", contact: \"sip:a@c.example\" } }",
      "defaults: { expires: 1h, x-a: 1 }", "x-home: &h { a: b }",
      "defaults: { expires: 1h30m10s }", "colour: blue",
    ]
  )
  func singleValuesAreJudgedAlike(text: String) throws {
    let bytes = Array("apiVersion: sipreconcile/v1\nowner: test\n\(text)\n".utf8)
    let result = ManifestLoader().load([ManifestLoader.Input(path: "a.yaml", bytes: bytes)])
    let complaints = try checker.complaints(about: document(tree(bytes, "a.yaml")))
    #expect(complaints.isEmpty == !result.hasErrors, "\(result.diagnostics.map(\.message)) \(complaints)")
  }

  @Test func everyKeyIsDescribed() throws {
    #expect(described(schema) == Set(TopKey.set.names))
    for kind in ManifestSchema.sections {
      #expect(described(try #require(schema["$defs"]?[kind.title])) == Set(kind.set.names), "\(kind)")
    }
  }

  /// The properties of an object that have a description.
  private func described(_ object: JSONValue) -> Set<String> {
    guard case .object(let properties)? = object["properties"] else { return [] }
    return Set(properties.filter { if case .text? = $0.value["description"] { true } else { false } }.keys)
  }

  private func wrongLines(_ bytes: [UInt8], _ name: String) -> Set<Int> {
    let result = ManifestLoader().load([ManifestLoader.Input(path: "\(name).yaml", bytes: bytes)])
    return Set(result.diagnostics.filter { $0.severity == .error }.compactMap { $0.at?.line })
  }

  /// The entries of a section, and the lines that each stands on.
  private func entries(of section: String, in tree: YAMLTree) -> [(String, ClosedRange<Int>)] {
    let decoder = FileDecoder(tree: tree, directory: "/")
    guard let root = tree.root else { return [] }
    let top = decoder.elements(of: root)
    guard let place = top.firstIndex(where: { tree.text(tree.resolve($0)) == section }) else { return [] }
    let keys = decoder.elements(of: tree.resolve(top[place + 1]))
    return stride(from: 0, to: keys.count - 1, by: 2).map { position in
      let lines = Int(tree[keys[position]].line)...Int(tree[keys[position + 1]].lastLine)
      return (tree.text(keys[position]), lines)
    }
  }
}
