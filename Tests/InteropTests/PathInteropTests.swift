import Foundation
import TestSupport
import Testing

/// A registrar behind an edge that adds itself to the Path (RFC 3327).
struct PathInteropTests {
  @Test("PTH-01 PTH-02 a registrar behind an edge binds with its Path, which a watch shows and never sends")
  func anEdge() async throws {
    var settings = KamailioSettings()
    settings.keepsPath = true
    try await KamailioProcess.with(settings) { registrar in
      var edgeSettings = KamailioSettings()
      edgeSettings.edgeTo = registrar.port
      try await KamailioProcess.with(edgeSettings) { edge in
        try await TemporaryFolder.with { folder in
          let rehearsal = try Rehearsal(in: folder)
          try folder.write(manifest(registrar: registrar.port, edge: edge.port), to: "accounts.yaml")
          let watch = try rehearsal.startWatch(["--trace", folder.path("trace")])
          let path = "sip:127.0.0.1:\(edge.port);lr"
          try await eventually("both accounts") { try await registrar.bindings().count == 2 ? () : nil }
          try await eventually("the path in the status") {
            let paths = try await rehearsal.status().values.map(\.path)
            return paths == [["<\(path)>"], ["<\(path)>"]] ? () : nil
          }
          #expect(try edge.requests().contains { $0.kind == .received })
          #expect(try edge.requests().allSatisfy { $0.kind == .received })
          watch.send(SIGTERM)
          #expect(try await watch.end() == .exit(143))
          // The Path of a 200 is in the trace, and no REGISTER that was sent has one.
          let trace = try String(contentsOfFile: folder.path("trace"), encoding: .utf8)
          #expect(trace.contains("\nPath: <\(path)"))
          let messages = trace.components(separatedBy: "\n\n")
          #expect(messages.allSatisfy { !$0.contains("REGISTER sip:") || !$0.contains("\nPath:") })
        }
      }
    }
  }

  private func manifest(registrar: UInt16, edge: UInt16) -> String {
    """
    apiVersion: sipreconcile/v1
    owner: test
    registrars:
      main: { uri: "sip:127.0.0.1:\(registrar)", outboundProxy: "sip:127.0.0.1:\(edge);lr" }
    defaults: { registrar: main, auth: { username: alice, password: { fromFile: password } } }
    accounts:
      a: { identity: sip:a@interop.example, contact: sip:a@192.0.2.1 }
      b: { identity: sip:b@interop.example, dependsOn: a }

    """
  }
}
