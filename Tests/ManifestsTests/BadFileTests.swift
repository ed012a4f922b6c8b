import Manifests
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Every file of `Fixtures` with its exact complaints beside it.
struct BadFileTests {
  @Test(
    """
    REG-02 REG-04 REG-19 REG-22 REG-29 REC-31 REC-32 REC-33 REC-34 REC-37 HDR-20 URI-15 URI-17 URI-18 SEC-50 TRAP-29 \
    SEC-54 SEC-70 TV6-02 TLS-23 a bad file gets exactly its complaints
    """,
    arguments: [
      "alias", "at-once", "contacts", "control-characters", "cycles", "dependencies", "duplicate-keys",
      "empty",
      "headers",
      "addresses", "identities", "secret-syntax", "secret-syntax-block", "secrets", "syntax", "tag",
      "unknown-keys",
      "uris",
      "utf8", "values", "version",
    ]
  )
  func aBadFileGetsExactlyItsComplaints(name: String) throws {
    let bytes = try Fixture.read("Fixtures/\(name).yaml")
    let result = ManifestLoader().load([ManifestLoader.Input(path: "\(name).yaml", bytes: bytes)])
    let text = DiagnosticFormatter().format(result.diagnostics)
    if getenv("RECORD_FIXTURES") != nil { try Fixture.write("Fixtures/\(name).txt", text) }
    #expect(text == String(decoding: try Fixture.read("Fixtures/\(name).txt"), as: UTF8.self))
    #expect(result.desired == nil)
    #expect(!text.contains("canary"))
    #expect(!text.contains("hunter2"))
  }
}
