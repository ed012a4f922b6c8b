import EmbeddedRegistrar
import Foundation
import SIP
import TestSupport
import Testing

/// What the `engine` section asks for, seen from a registrar with a mind of its own.
struct LoadAndNATInteropTests {
  @Test("LOD-11 with overloadControl a registrar that asks for nothing gets nothing, until its time is over")
  func overloadControl() async throws {
    for isOffered in [true, false] {
      let output = try await apply(
        "{ overloadControl: \(isOffered) }",
        faults: "overload=100,validity=1500,count=1"
      )
      #expect(output.messages.contains(";oc;oc-algo=\"rate,loss\";branch=") == isOffered)
      #expect(output.messages.contains(";oc=100;oc-algo=\"loss\";oc-validity=1500") == isOffered)
      #expect(output.errors.contains("asks for 100 % fewer requests") == isOffered)
      #expect(output.contacts.count == 3)
    }
  }

  @Test(
    "TRN-15 with natContact contacts show where the registrar sees us, and the next run has nothing to do"
  )
  func natContact() async throws {
    let output = try await apply("{ natContact: auto }", faults: "seenAt=203.0.113.9:40000")
    #expect(output.contacts.count == 3)
    #expect(output.contacts.allSatisfy { $0.contains("@203.0.113.9:40000") })
    let unmoved = try await apply("{ natContact: never }", faults: "seenAt=203.0.113.9:40000")
    #expect(unmoved.contacts.allSatisfy { $0.contains("@127.0.0.1:") })
  }

  private struct Output {
    var errors = ""
    var messages = ""
    var contacts: [String] = []
  }

  private func apply(_ engine: String, faults: String) async throws -> Output {
    let registrar = RegistrarServer(faults: try FaultScript(parsing: faults))
    let address = try await registrar.start()
    var output = Output()
    try await TemporaryFolder.with { folder in
      let rehearsal = try Rehearsal(in: folder)
      try folder.write(manifest(engine, address), to: "accounts.yaml")
      let trace = folder.path("trace")
      let run = try await rehearsal.run("apply", ["--trace", trace])
      #expect(run.code == 0, "\(run.standardError)")
      output.errors = run.standardError
      output.messages = try String(contentsOfFile: trace, encoding: .utf8)
      #expect(try await rehearsal.plan().changes.isEmpty)
    }
    output.contacts = try await registrar.bindings.map(\.contact)
    try await registrar.stop()
    return output
  }

  private func manifest(_ engine: String, _ registrar: Endpoint) -> String {
    let accounts = ["a", "b", "c"].map { name in
      "  \(name): { identity: sip:\(name)@interop.example, registrar: main }\n"
    }
    return """
      apiVersion: sipreconcile/v1
      owner: test
      engine: \(engine)
      registrars:
        main: { uri: "sip:\(registrar)", maxInFlight: 1 }
      accounts:
      \(accounts.joined())
      """
  }
}
