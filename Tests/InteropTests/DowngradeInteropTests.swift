import TestSupport
import Testing

/// What a registrar asked for in one run is known to the next.
struct DowngradeInteropTests {
  @Test("SEC-25 a Kamailio that asks with MD5 after a run with SHA-256 is warned of, or not answered")
  func weakerAlgorithm() async throws {
    var settings = KamailioSettings()
    settings.algorithm = .sha256
    try await KamailioProcess.with(settings) { kamailio in
      try await TemporaryFolder.with { folder in
        let rehearsal = try Rehearsal(in: folder)
        try declare("{}", in: folder, port: kamailio.port)
        try await rehearsal.apply()
        try await kamailio.kill()
        settings.algorithm = .md5
        try await kamailio.startAgain(settings)
        try declare("{ downgrade: refuse }", in: folder, port: kamailio.port)
        let refused = try await rehearsal.run("apply", [])
        #expect(refused.code == 7)
        #expect(
          (refused.standardOutput + refused.standardError).contains(
            "Digest MD5, where this server had SHA-256"
          )
        )
        #expect(try await kamailio.bindings().isEmpty)
        try declare("{ downgrade: warn }", in: folder, port: kamailio.port)
        let warned = try await rehearsal.run("apply", [])
        #expect(warned.code == 0)
        #expect(warned.standardError.contains("Digest MD5, where this server had SHA-256 before"))
        #expect(try await kamailio.bindings().count == 1)
      }
    }
  }

  private func declare(_ engine: String, in folder: TemporaryFolder, port: UInt16) throws {
    try folder.write(
      """
      apiVersion: sipreconcile/v1
      owner: test
      engine: \(engine)
      accounts:
        alice:
          identity: sip:alice@interop.example
          registrar: sip:127.0.0.1:\(port)
          contact: sip:alice@192.0.2.1
          auth: { username: alice, password: { fromFile: password } }

      """,
      to: "accounts.yaml"
    )
  }
}
