import TestSupport
import Testing

/// GRUUs as a real registrar grants them.
@Suite(.serialized)
struct GRUUInteropTests {
  private static let plain = "sip:one@192.0.2.3:5060"
  private static let instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"

  @Test("GRU-01 GRU-06 a dependent is bound to the GRUU of its master, as a registrar grants it")
  func theGRUUIsShared() async throws {
    try await KamailioProcess.with(KamailioSettings()) { kamailio in
      try await TemporaryFolder.with { folder in
        func contacts(_ user: String) async throws -> [String] {
          try await kamailio.bindings()["\(user)@interop.example"]?.map(\.contact) ?? []
        }
        let rehearsal = try Rehearsal(in: folder)
        var one = DeclaredAccount("one", contact: Self.plain)
        one.gruuInstance = Self.instance
        let accounts = [one, DeclaredAccount("two", dependsOn: "one")]
        var fleet = DeclaredFleet(accounts: accounts, registrars: ["main": "127.0.0.1:\(kamailio.port)"])
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        #expect(try await contacts("one") == [Self.plain])
        #expect(try await contacts("two") == ["sip:one@interop.example;gr=\(Self.instance)"])
        let settled = try await rehearsal.plan()
        #expect(settled.actions == [:])

        fleet["one"].gruuInstance = nil
        try rehearsal.declare(fleet)
        try await rehearsal.apply()
        #expect(try await contacts("two") == [Self.plain])
        let after = try await rehearsal.plan()
        #expect(after.actions == [:])
      }
    }
  }
}
