import TestSupport
import Testing

/// A gateway that registers the accounts of others at a real registrar.
@Suite(.serialized)
struct ThirdPartyInteropTests {
  private static let gateway = "sip:gateway@interop.example"
  private static let other = "sip:other@interop.example"

  @Test(
    "REG-20 a gateway registers, edits and unregisters others: From is the gateway, the credential's name is its own"
  )
  func aGatewayRegistersOthers() async throws {
    try await KamailioProcess.with { kamailio in
      try await TemporaryFolder.with { folder in
        let rehearsal = try Rehearsal(in: folder)
        var accounts = [
          DeclaredAccount("one", contact: "sip:one@192.0.2.3:5060"), DeclaredAccount("two", dependsOn: "one"),
          DeclaredAccount("self"),
        ]
        accounts[0].from = "'\"Gate\" <\(Self.gateway)>'"
        accounts[1].from = Self.gateway
        var fleet = DeclaredFleet(accounts: accounts, registrars: ["main": "127.0.0.1:\(kamailio.port)"])

        var saved = try await applied(fleet, [:], rehearsal, kamailio)
        #expect(
          saved.map { "\($0.from) \($0.identity)" }.sorted() == [
            "\(Self.gateway) sip:one@interop.example", "\(Self.gateway) sip:two@interop.example",
            "sip:self@interop.example sip:self@interop.example",
          ]
        )
        #expect(saved.allSatisfy { $0.username == "lab" })
        #expect(
          saved.filter { $0.from == Self.gateway }.allSatisfy { $0.contact?.contains(";+sip") == false }
        )

        fleet["one"].from = Self.other
        saved = try await applied(fleet, ["one": "edit"], rehearsal, kamailio)
        #expect(saved.map(\.from) == [Self.other])
        #expect(saved.map(\.expires) == [3600])

        fleet.remove("two")
        fleet["one"].isRegistered = false
        let actions = ["one": "unregister", "two": "unregister"]
        saved = try await applied(fleet, actions, rehearsal, kamailio)
        #expect(
          saved.map(\.from) == [Self.gateway, Self.other],
          "each as it was registered, dependents first"
        )
        #expect(saved.map(\.expires) == [0, 0])
        let asked = try kamailio.requests().filter { $0.identity == "sip:one@interop.example" }
        #expect(Set(asked.map(\.from)) == [Self.gateway, Self.other], "questions too")
      }
    }
  }

  /// Applies a fleet; tells what the registrar saved for it, and expects what it declares and nothing left to do.
  private func applied(
    _ fleet: DeclaredFleet,
    _ actions: [String: String],
    _ rehearsal: Rehearsal,
    _ kamailio: KamailioProcess
  ) async throws -> [KamailioRequest] {
    let before = try kamailio.requests().count
    try rehearsal.declare(fleet)
    if !actions.isEmpty { #expect(try await rehearsal.plan().actions == actions) }
    try await rehearsal.apply(["--allow-unregister", "2"])
    #expect(fleet.differences(from: try await kamailio.bindings(), at: "main") == [])
    #expect(try await rehearsal.plan().actions == [:])
    return try kamailio.requests().dropFirst(before).filter { $0.kind == .saved && $0.changesBindings }
  }
}
