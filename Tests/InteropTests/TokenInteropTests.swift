import Foundation
import TestSupport
import Testing

/// Accounts with a bearer token at a Kamailio that wants one, over TLS.
struct TokenInteropTests {
  @Test("TOK-03 a watch reads a token again when the registrar refuses it, and a second apply sends nothing")
  func aTokenRunsOut() async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let shown = try authority.issue(CertificateWish().changed { $0.addresses = [[127, 0, 0, 1]] })
      try folder.write(try authority.pem, to: "ca.pem")
      var settings = KamailioSettings()
      settings.asksForToken = true
      settings.password = "token-1"
      settings.streams = .tls(
        certificate: try folder.write(shown.certificate, to: "cert.pem"),
        key: try folder.write(shown.key, to: "key.pem")
      )
      try await KamailioProcess.with(settings) { kamailio in
        let rehearsal = try Rehearsal(in: folder, password: "token-1")
        // A program's token: nobody can see that it has changed but who runs it again.
        try folder.write(manifest(kamailio.port, folder), to: "accounts.yaml")
        let trace = folder.path("trace")
        let applied = try await rehearsal.run("apply", ["--allow-exec", "--trace", trace])
        #expect(applied.code == 0, "\(applied.standardError)")
        #expect(try await kamailio.bindings().count == 3)
        #expect(try !String(contentsOfFile: trace, encoding: .utf8).contains("token-1"))
        #expect(
          try !String(decoding: Data(contentsOf: URL(filePath: folder.path("state.db"))), as: UTF8.self)
            .contains("token-1")
        )

        try rehearsal.setPassword("token-2")
        try await kamailio.setPassword("token-2")
        let before = try kamailio.requests().count
        let again = try await rehearsal.run("apply", ["--allow-exec"])
        #expect(again.code == 0, "\(again.standardError)")
        #expect(try kamailio.requests().dropFirst(before).allSatisfy { !$0.changesBindings })

        let watch = try rehearsal.startWatch(["--allow-exec"])
        try await eventually("the refresh with the first token") {
          try await kamailio.bindings().count == 3 ? () : nil
        }
        try rehearsal.setPassword("token-3")
        try await kamailio.setPassword("token-3")
        let saved = try kamailio.requests().count { $0.kind == .saved && $0.changesBindings }
        try await eventually("a refresh of each with the new token", within: .seconds(60)) {
          let now = try kamailio.requests().count { $0.kind == .saved && $0.changesBindings }
          return now >= saved + 3 ? () : nil
        }
        watch.send(SIGTERM)
        #expect(try await watch.end() == .exit(143))
      }
    }
  }

  private func manifest(_ port: UInt16, _ folder: TemporaryFolder) -> String {
    let accounts = ["a", "b", "c"].map { name in
      "  \(name): { identity: sip:\(name)@interop.example, contact: sip:\(name)@192.0.2.1, auth: token }\n"
    }
    return """
      apiVersion: sipreconcile/v1
      owner: test
      registrars:
        main: { uri: "sip:127.0.0.1:\(port);transport=tls", tls: { ca: ./ca.pem } }
      credentials:
        token: { token: { fromCommand: [cat, \(folder.path("password"))] } }
      defaults: { registrar: main, expires: 20 }
      accounts:
      \(accounts.joined())
      """
  }
}
