import Foundation
import TestSupport
import Testing

/// The built program over connections, with a real registrar at the other end.
@Suite(.serialized)
struct StreamInteropTests {
  /// A fleet whose registrar is reached over one transport.
  private struct Scene {
    let kamailio: KamailioProcess
    let rehearsal: Rehearsal
    var fleet: DeclaredFleet
  }

  @Test(
    "TRN-01 WSS-01 a fleet is registered over a connection, a second apply changes nothing, and all are removed",
    arguments: ["tcp", "tls", "ws"]
  )
  func aFleet(transport: String) async throws {
    try await Self.with(transport) { scene in
      let kamailio = scene.kamailio
      try scene.rehearsal.declare(scene.fleet)
      try await scene.rehearsal.apply()
      let bindings = try await kamailio.bindings()
      #expect(bindings.count == scene.fleet.accounts.count)
      #expect(scene.fleet.differences(from: bindings, at: "main") == [])
      let own = try #require(bindings["own@interop.example"]?.first).contact
      #expect(own.hasSuffix(";transport=\(transport)"))

      let before = try kamailio.requests().count
      try await scene.rehearsal.apply()
      let second = try kamailio.requests().dropFirst(before)
      #expect(second.allSatisfy { !$0.changesBindings })

      var empty = scene.fleet
      for index in empty.accounts.indices { empty.accounts[index].isRegistered = false }
      try scene.rehearsal.declare(empty)
      let run = try await scene.rehearsal.run("apply", ["--allow-unregister", "\(empty.accounts.count)"])
      #expect(run.code == 0, "\(run.standardError)")
      let left = try await kamailio.bindings()
      #expect(left.isEmpty)
    }
  }

  @Test(
    "TRN-18 OUT-17 a registrar that was restarted is found again: our own contacts come back by themselves",
    arguments: ["tcp", "tls", "ws"]
  )
  func aRestartOfTheRegistrar(transport: String) async throws {
    try await Self.with(transport) { scene in
      var fleet = scene.fleet
      fleet.retryBase = 1
      try scene.rehearsal.declare(fleet)
      let watch = try scene.rehearsal.startWatch()
      let kamailio = scene.kamailio
      let count = fleet.accounts.count
      try await eventually("the fleet") { try await kamailio.bindings().count == count ? () : nil }
      try await kamailio.kill()
      try await kamailio.startAgain()
      try await eventually("the account with our own contact") {
        try await kamailio.bindings()["own@interop.example"] != nil ? () : nil
      }
      let bindings = try await kamailio.bindings()
      #expect(Array(bindings.keys) == ["own@interop.example"], "the others' contacts were not lost")
      watch.send(SIGTERM)
      #expect(try await watch.end() == .exit(143))
    }
  }

  @Test("a watch that starts again registers the accounts of lost connections again, and no others")
  func aRestartOfTheWatch() async throws {
    try await Self.with("tcp") { scene in
      try scene.rehearsal.declare(scene.fleet)
      let kamailio = scene.kamailio
      let count = scene.fleet.accounts.count
      let watch = try scene.rehearsal.startWatch()
      try await eventually("the fleet") { try await kamailio.bindings().count == count ? () : nil }
      watch.send(SIGTERM)
      #expect(try await watch.end() == .exit(143))
      let before = try kamailio.requests().count
      let again = try scene.rehearsal.startWatch(as: "again")
      try await eventually("the account with our own contact", within: .seconds(20)) {
        try kamailio.requests().dropFirst(before).contains { $0.kind == .saved && $0.changesBindings }
          ? () : nil
      }
      let sent = try kamailio.requests().dropFirst(before).filter(\.changesBindings)
      #expect(Set(sent.map(\.identity)) == ["sip:own@interop.example"])
      again.send(SIGTERM)
      #expect(try await again.end() == .exit(143))
    }
  }

  @Test("TLS-03 TLS-12 an apply says which certificate is wrong and what to do, and where a file is missing")
  func whatIsWrong() async throws {
    try await Self.with("tls") { scene in
      var fleet = scene.fleet
      fleet.trust = "./missing.pem"
      try scene.rehearsal.declare(fleet)
      let missing = try await scene.rehearsal.run("apply", [])
      #expect(missing.code == 3)
      #expect(missing.standardError.contains("missing.pem with the trust anchors cannot be read"))
      #expect(missing.standardError.contains("accounts.yaml:"))

      let stranger = try PrivateAuthority("Somebody else")
      try scene.rehearsal.folder.write(try stranger.pem, to: "stranger.pem")
      fleet.trust = "./stranger.pem"
      fleet.accounts = [DeclaredAccount("own")]
      try scene.rehearsal.declare(fleet)
      let untrusted = try await scene.rehearsal.run("apply", ["--timeout", "20s"])
      #expect(untrusted.code == 1 || untrusted.code == 6)
      #expect(untrusted.standardOutput.contains("the certificate of 127.0.0.1:"), "\(untrusted)")
    }
  }

  private static func with(_ transport: String, _ body: (Scene) async throws -> Void) async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let shown = try authority.issue(CertificateWish().changed { $0.addresses = [[127, 0, 0, 1]] })
      try folder.write(try authority.pem, to: "ca.pem")
      var settings = KamailioSettings()
      switch transport {
      case "tls":
        settings.streams = .tls(
          certificate: try folder.write(shown.certificate, to: "cert.pem"),
          key: try folder.write(shown.key, to: "key.pem")
        )
      case "ws": settings.streams = .webSocket
      case _: break
      }
      try await KamailioProcess.with(settings) { kamailio in
        var fleet = DeclaredFleet.small(port: kamailio.port)
        fleet.accounts.append(DeclaredAccount("own"))
        fleet.transport = transport
        if transport == "tls" { fleet.trust = "./ca.pem" }
        try await body(Scene(kamailio: kamailio, rehearsal: try Rehearsal(in: folder), fleet: fleet))
      }
    }
  }
}
