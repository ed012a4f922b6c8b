import Foundation
import Testing

@testable import sipreconcile

@Suite struct ImportCommandTests {
  private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "ImportingTests/Samples")

  private func laboratory(with name: String) throws -> Laboratory {
    let laboratory = try Laboratory()
    let text = try String(contentsOf: Self.samples.appending(path: name), encoding: .utf8)
    try laboratory.write(text, to: name)
    return laboratory
  }

  @Test(arguments: ["linphonerc", "pjsip.conf", "gateways.xml", "accounts", "uacreg.csv"])
  func yamlGoesToTheOutputAndAllElseToTheErrors(_ name: String) async throws {
    let laboratory = try laboratory(with: name)
    let ending = await laboratory.run("import", name)
    #expect(ending.status == 6)
    try Golden.expect(ending.output, equals: "import-\(name).yaml")
    try Golden.expect(ending.errors, equals: "import-\(name).txt")
    try laboratory.write(ending.output)
    #expect(await laboratory.run("validate", "accounts.yaml", "--no-secrets").status == 0)
    #expect(await laboratory.run("apply", "--sandbox", "accounts.yaml", "--dry-run").status == 0)
  }

  @Test func secretsGoToFilesThatOnlyTheOwnerReads() async throws {
    let laboratory = try laboratory(with: "uacreg.csv")
    let ending = await laboratory.run("import", "uacreg.csv", "--secrets-dir", "secrets")
    #expect(ending.output.contains("password: { fromFile: secrets/trunk-1.password }"))
    #expect(try laboratory.read("secrets/trunk-1.password") == "se,cret")
    #expect(try laboratory.read("secrets/trunk-2.password") == "quo\"te")
    let file = laboratory.folder + "/secrets/trunk-3.ha1"
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try laboratory.write(ending.output)
    let valid = await laboratory.run("validate", "accounts.yaml")
    #expect(valid.status == 0)
    #expect(!valid.errors.contains("others can read"))
  }

  @Test func aSecretThatExistsIsNotOverwritten() async throws {
    let laboratory = try laboratory(with: "uacreg.csv")
    _ = await laboratory.run("import", "uacreg.csv", "--secrets-dir", "secrets")
    let ending = await laboratory.run("import", "uacreg.csv", "--secrets-dir", "secrets")
    #expect(ending.status == 1)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.contains("exists already and is not overwritten"))
  }

  @Test func aFormatThatIsNotPlainMustBeSaid() async throws {
    let laboratory = try Laboratory()
    try laboratory.write("hello\n", to: "notes")
    let ending = await laboratory.run("import", "notes")
    #expect(ending.status == 64)
    #expect(ending.errors.contains("--from: linphonerc, pjsip, freeswitch, baresip, uacreg"))
    #expect(await laboratory.run("import", "--from", "baresip", "notes").status == 3)
    #expect(await laboratory.run("import", "missing").status == 3)
    #expect(await laboratory.run("import", "notes", "-o", "json").status == 64)
    #expect(await laboratory.run("import", "notes", "--owner", "a b").status == 64)
  }
}
