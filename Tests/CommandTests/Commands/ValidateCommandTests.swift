import EngineScripted
import Testing

@testable import sipreconcile

@Suite struct ValidateCommandTests {
  @Test func aFileWithoutAccountsIsValidAndSaysWhatApplyWants() async throws {
    let laboratory = try Laboratory()
    try laboratory.write("apiVersion: sipreconcile/v1\nowner: office\naccounts: {}\n")
    let ending = await laboratory.run("validate", "accounts.yaml")
    #expect(ending.status == 0)
    #expect(
      ending.output
        == "Valid: 0 accounts. apply refuses files without any account, unless --allow-empty.\n"
    )
  }

  @Test("REC-37 all errors are told at once, with the source line and a caret")
  func allErrorsAreToldAtOnce() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.invalid)
    let ending = await laboratory.run("validate", "accounts.yaml")
    try Golden.expect(ending.errors, equals: "validate-errors.txt")
    #expect(ending.output == "Not valid: 3 errors.\n")
  }

  @Test func jsonIsOneDocumentOfDiagnostics() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.invalid)
    try Golden.expect(
      await laboratory.run("validate", "accounts.yaml", "-o", "json").output,
      equals: "validate.json"
    )
  }

  @Test("REC-38 validation needs no network, and no secrets where that is said")
  func validationAsksNobody() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.secret)
    #expect(await laboratory.run("validate", "accounts.yaml").status == 3)
    let ending = await laboratory.run("validate", "accounts.yaml", "--no-secrets")
    #expect(ending.status == 0)
    #expect(ending.output == "Valid: 1 account.\n")
    #expect(await laboratory.current.calls.isEmpty)
  }
}
