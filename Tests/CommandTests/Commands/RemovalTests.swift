import EngineScripted
import Foundation
import Reconcile
import Testing

@testable import sipreconcile

/// Bindings that are to go and do not.
@Suite struct RemovalTests {
  private static let empty = "apiVersion: sipreconcile/v1\nowner: office\naccounts: {}\n"
  private static let options = ["apply", "accounts.yaml", "--allow-empty", "--allow-unregister", "1"]

  /// Registers an account with this password and removes it from the file; its registrar wants the password.
  private func departed(_ password: String, _ environment: [String: String] = [:]) async throws -> Laboratory
  {
    let laboratory = try Laboratory(environment: environment)
    try laboratory.write(Manifest.secret.replacing("{ fromEnv: CANARY }", with: password))
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    try laboratory.write(Self.empty)
    laboratory.scriptNext {
      await $0.answerRemovals(of: "push", with: .fail(.noCredential(realm: "push.example.org")))
    }
    return laboratory
  }

  @Test("a literal that is gone: the removal waits, counts as failed, and says what helps and until when")
  func aLiteralThatIsGone() async throws {
    let laboratory = try await departed("hunter2")
    let ending = await laboratory.run(Self.options)
    #expect(ending.status == 6)
    #expect(ending.output.contains("the password of alice is not known any more"))
    #expect(
      ending.output.contains(
        "Run with --ask to type it in. The binding lapses by itself at 2026-11-22T23:00:00Z."
      )
    )
    #expect(ending.output.contains("1 failed."))
    #expect(!ending.output.contains("hunter2") && !ending.output.contains("account's auth"))
  }

  @Test("a variable that is gone is named")
  func aVariableThatIsGone() async throws {
    let path = NSTemporaryDirectory() + "sipreconcile-\(UUID().uuidString)"
    try Data("p".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let laboratory = try await departed("{ fromFile: \(path) }")
    try FileManager.default.removeItem(atPath: path)
    let ending = await laboratory.run(Self.options + ["-o", "json"])
    #expect(ending.status == 6)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    )
    let outcome = try #require((report["outcomes"] as? [[String: Any]])?.first)
    #expect(outcome["outcome"] as? String == "failed")
    #expect(outcome["lapsesAt"] as? String == "2026-11-22T23:00:00Z")
    #expect(
      (outcome["remedy"] as? String)?.hasPrefix("Run with --ask to type it in, or put \(path) back.") == true
    )
  }

  @Test("any removal that fails says when the binding lapses by itself")
  func aRefusedRemovalSaysUntilWhen() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    try laboratory.write(Manifest.withoutDoor)
    laboratory.scriptNext { await $0.answerRemovals(of: "door", with: .refuse(403, "Forbidden")) }
    let ending = await laboratory.run("apply", "accounts.yaml", "-o", "ndjson")
    #expect(ending.status == 6)
    #expect(ending.output.contains("The binding lapses by itself at 2026-11-22T22:10:00Z."))
    #expect(ending.output.contains(#""lapsesAt":"2026-11-22T22:10:00Z""#))
  }

  @Test("a master that its dependent holds up is told to wait for it, not to register it")
  func aHeldMasterSaysWhatHolds() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    laboratory.scriptNext { await $0.answerRemovals(of: "door", with: .refuse(503, "Busy")) }
    let ending = await laboratory.run("unregister", "--all-owned")
    #expect(ending.status == 6)
    #expect(ending.output.contains("not unregistered: door, which depends on it, may still be bound"))
    #expect(
      ending.output.contains(
        "See to door first: once it is unregistered, or its binding has lapsed, the next run removes this one."
      )
    )
    #expect(!ending.output.contains("register first"))
  }
}
