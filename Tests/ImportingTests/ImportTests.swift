import Foundation
import Importing
import Manifests
import Reconcile
import SIP
import Testing

@Suite struct ImportTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  static let samples: [(ImportFormat, String)] = [
    (.linphonerc, "linphonerc"), (.pjsip, "pjsip.conf"), (.freeswitch, "gateways.xml"),
    (.baresip, "accounts"),
    (.uacreg, "uacreg.csv"),
  ]

  private func read(_ name: String) throws -> ImportSource {
    let file = Self.folder.appending(path: "Samples/\(name)")
    return ImportSource(path: name, text: try String(contentsOf: file, encoding: .utf8))
  }

  private func load(_ text: String) -> LoadResult {
    ManifestLoader().load([ManifestLoader.Input(path: "accounts.yaml", bytes: Array(text.utf8))])
  }

  @Test(arguments: samples) func eachFormatIsToldFromItsText(_ sample: (ImportFormat, String)) throws {
    #expect(ImportFormat.detect(try read(sample.1).text) == sample.0)
  }

  @Test(arguments: samples) func whatIsWrittenIsAValidManifest(_ sample: (ImportFormat, String)) throws {
    let imported = Import([try read(sample.1)], format: sample.0)
    let text = ManifestWriter.text(of: imported, owner: "edge", heading: [])
    let result = load(text)
    #expect(!result.hasErrors, "\(DiagnosticFormatter().format(result.diagnostics))")
    #expect(result.desired?.accounts.count == imported.accounts.count)
    #expect(!result.diagnostics.contains { $0.rule == "literal-secret" })
    for (declared, source) in zip(result.desired?.accounts ?? [], imported.accounts) {
      #expect(declared.account == source.account)
    }
  }

  @Test(arguments: samples) func noSecretIsInTheManifest(_ sample: (ImportFormat, String)) throws {
    let imported = Import([try read(sample.1)], format: sample.0)
    let text = ManifestWriter.text(of: imported, owner: "edge", heading: [])
    for secret in imported.secrets {
      guard let value = secret.value else { continue }
      let plain = value.withBytes { String(decoding: $0, as: UTF8.self) }
      #expect(!text.contains(plain), "\(secret.name)")
      #expect(!imported.diagnostics.contains { $0.message.contains(plain) })
    }
  }

  @Test func aTextWithoutAnyKnownMarkHasNoFormat() {
    #expect(ImportFormat.detect("hello: world\n") == nil)
    #expect(ImportFormat.detect("<html></html>") == nil)
    #expect(ImportFormat.detect("") == nil)
  }

  @Test("EVT-10 XML that declares entities, nests or grows without end is refused, and reads no file")
  func hostileXMLIsRefused() throws {
    let secret = FileManager.default.temporaryDirectory.appending(path: "xxe-\(UUID().uuidString)")
    try Data("outside".utf8).write(to: secret)
    defer { try? FileManager.default.removeItem(at: secret) }
    let gateway = { (value: String) in
      "<gateway name=\"g\"><param name=\"username\" value=\"u\"/><param name=\"proxy\" value=\"\(value)\"/></gateway>"
    }
    let laughs = (1...40).map { "<!ENTITY l\($0) \"&l\($0 - 1);&l\($0 - 1);\">" }.joined()
    let external = "<!ENTITY e SYSTEM \"file://\(secret.path)\">"
    let hostile: [(text: String, message: String)] = [
      ("<!DOCTYPE x [<!ENTITY l0 \"ha\">\(laughs)]>\n" + gateway("&l40;"), "declares a document type"),
      ("<?xml version=\"1.0\"?>\n<!DOCTYPE x [\(external)]>" + gateway("&e;"), "declares a document type"),
      (String(repeating: "<a>", count: 100_000), "nested deeper than 64"),
      (gateway("&e;"), "no well-formed XML"),
    ]
    for (text, message) in hostile {
      let imported = Import([ImportSource(path: "bad.xml", text: text)], format: .freeswitch)
      #expect(imported.accounts.isEmpty)
      #expect(imported.diagnostics.contains { $0.severity == .error && $0.message.contains(message) })
      #expect(!imported.diagnostics.contains { $0.message.contains("outside") })
    }
  }

  @Test("EVT-10 variables that name each other twice do not grow without end")
  func variablesDoNotGrowWithoutEnd() {
    var text = "<include><X-PRE-PROCESS cmd=\"set\" data=\"v0=0123456789\"/>\n"
    for number in 1...40 {
      let twice = "$${v\(number - 1)}$${v\(number - 1)}"
      text += "<X-PRE-PROCESS cmd=\"set\" data=\"v\(number)=\(twice)\"/>\n"
    }
    text += "<gateway name=\"g\"><param name=\"username\" value=\"$${v40}\"/></gateway></include>"
    let imported = Import([ImportSource(path: "vars.xml", text: text)], format: .freeswitch)
    #expect(imported.diagnostics.contains { $0.message.contains("longer than 65536 bytes") })
  }

  @Test func aBrokenFileIsAnErrorWithItsPlace() {
    let source = ImportSource(path: "bad.xml", text: "<include>\n<gateway name=\"x\">\n</include>\n")
    let imported = Import([source], format: .freeswitch)
    #expect(imported.accounts.isEmpty)
    #expect(imported.diagnostics.map(\.severity) == [.error])
    #expect(imported.diagnostics.first?.at?.file == "bad.xml")
  }

  @Test func templatesAreSharedAmongTheFiles() throws {
    let sources = [
      ImportSource(path: "a.conf", text: "[t](!)\ntype=registration\nexpiration=120\n"),
      ImportSource(path: "b.conf", text: "[r](t)\nserver_uri=sip:b.example\nclient_uri=sip:b@b.example\n"),
    ]
    let imported = Import(sources, format: .pjsip)
    #expect(imported.accounts.map(\.account.expires) == [120])
    #expect(imported.diagnostics.isEmpty)
  }

  @Test func dependenciesInACircleAreCutWithAWarning() {
    let text = """
      [proxy_0]
      reg_identity=sip:a@example.org
      idkey=a
      depends_on=b
      [proxy_1]
      reg_identity=sip:b@example.org
      idkey=b
      depends_on=a
      """
    let imported = Import([ImportSource(path: "linphonerc", text: text)], format: .linphonerc)
    #expect(imported.accounts.map(\.account.dependsOn.count).reduce(0, +) == 1)
    #expect(imported.diagnostics.contains { $0.message.contains("is a cycle") && $0.at?.line == 4 })
    #expect(!load(ManifestWriter.text(of: imported, owner: "x", heading: [])).hasErrors)
  }

  @Test func lineFeedsInACellNeverReachTheManifestOrTheWire() {
    let text = """
      l_uuid,r_username,r_domain,auth_username,auth_password
      a,"al
      ice",example.org,"x
      y: z",p
      """
    let imported = Import([ImportSource(path: "uacreg.csv", text: text)], format: .uacreg)
    #expect(imported.accounts.isEmpty)
    #expect(imported.diagnostics.count { $0.severity == .error } == 1)
  }
}
