import Foundation
import TestSupport
import Testing

@testable import Agent

/// With the real program git, and repositories in folders.
@Suite struct GitCheckoutTests {
  @Test func eachCommitReplacesTheFilesOfTheOneBefore() async throws {
    try await withRepository { repository, checkout in
      #expect(checkout.commit == nil)
      let first = try await repository.commit("one", to: "voice/accounts.yaml")
      #expect(try await checkout.update() == first)
      #expect(checkout.commit == first)
      #expect(try read(checkout, "voice/accounts.yaml") == "one")
      let second = try await repository.commit("two", to: "voice/accounts.yaml")
      try await repository.git("rm", "--quiet", "--cached", "voice/accounts.yaml")
      #expect(try await checkout.update() == second)
      #expect(try read(checkout, "voice/accounts.yaml") == "two")
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(checkout.folder)/commits") == [second])
    }
  }

  @Test func aFileThatACommitRemovesIsGone() async throws {
    try await withRepository { repository, checkout in
      try await repository.commit("a", to: "a.yaml")
      try await repository.commit("b", to: "b.yaml")
      _ = try await checkout.update()
      try await repository.git("rm", "--quiet", "b.yaml")
      try await repository.commit("a2", to: "a.yaml")
      _ = try await checkout.update()
      #expect(try FileManager.default.contentsOfDirectory(atPath: checkout.files + "/") == ["a.yaml"])
    }
  }

  @Test func filesAreReadableByUsOnly() async throws {
    try await withRepository { repository, checkout in
      try await repository.commit("secret", to: "password")
      _ = try await checkout.update()
      for path in [checkout.folder, checkout.files + "/password"] {
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode.map { $0 & 0o077 } == 0, "\(path)")
      }
    }
  }

  @Test(arguments: [
    ("accounts.yaml", "/etc/hostname"), ("voice/accounts.yaml", "../../../outside.yaml"),
    ("voice/next", "../../none/accounts.yaml"), ("around", "voice/up/../accounts.yaml"),
  ])
  func aLinkOutOfTheRepositoryIsNotFollowed(link: String, target: String) async throws {
    try await withRepository { repository, checkout in
      let first = try await repository.commit("one", to: "voice/real.yaml")
      // `voice/up/..` is not `voice`.
      try await repository.commitLink("voice/up", to: "..")
      _ = try await checkout.update()
      let valid = checkout.commit
      #expect(valid != first)
      try await repository.commitLink(link, to: target)
      let error = await #expect(throws: GitError.self) { try await checkout.update() }
      #expect(
        error?.description.contains("\(link) is a symbolic link that leads out of the repository") == true
      )
      #expect(checkout.commit == valid)
      try await repository.commitLink(link, to: link.hasPrefix("voice/") ? "real.yaml" : "voice/real.yaml")
      _ = try await checkout.update()
      #expect(try read(checkout, link) == "one")
    }
  }

  @Test func theLastValidCommitStaysUntilANewerOneIsValid() async throws {
    try await withRepository { repository, checkout in
      func kept() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "\(checkout.folder)/commits"))
      }
      let first = try await repository.commit("one", to: "accounts.yaml")
      _ = try await checkout.update()
      #expect(try checkout.fallBack() == nil)
      try checkout.markValid()
      try await repository.commit("broken", to: "accounts.yaml")
      _ = try await checkout.update()
      let third = try await repository.commit("broken too", to: "accounts.yaml")
      _ = try await checkout.update()
      #expect(try kept() == [first, third])
      #expect(try checkout.fallBack() == first)
      #expect(checkout.commit == first)
      #expect(try read(checkout, "accounts.yaml") == "one")
      #expect(try checkout.fallBack() == nil)
      #expect(try await checkout.update() == third)
      try checkout.markValid()
      #expect(try kept() == [third])
    }
  }

  @Test func whatWasFetchedStaysWhileTheRepositoryIsAway() async throws {
    try await withRepository { repository, checkout in
      let commit = try await repository.commit("one", to: "accounts.yaml")
      _ = try await checkout.update()
      try FileManager.default.moveItem(atPath: repository.path, toPath: repository.path + "-away")
      let error = await #expect(throws: GitError.self) { try await checkout.update() }
      #expect(error?.description.contains("git cannot fetch \(repository.path) main: ") == true)
      #expect(checkout.commit == commit)
      #expect(try read(checkout, "accounts.yaml") == "one")
      try FileManager.default.moveItem(atPath: repository.path + "-away", toPath: repository.path)
      #expect(try await checkout.update() == commit)
    }
  }

  @Test func whatAKilledUpdateLeftIsNoHindrance() async throws {
    try await withRepository { repository, checkout in
      try await repository.commit("one", to: "accounts.yaml")
      _ = try await checkout.update()
      let second = try await repository.commit("two", to: "accounts.yaml")
      for leftover in ["commits/.fresh", "commits/\(second)"] {
        let path = "\(checkout.folder)/\(leftover)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + "/accounts.yaml"))
      }
      try FileManager.default.createSymbolicLink(
        atPath: "\(checkout.folder)/.current",
        withDestinationPath: "commits/none"
      )
      #expect(try await checkout.update() == second)
      #expect(try read(checkout, "accounts.yaml") == "two")
    }
  }

  @Test func aTagAndACommitMayBeNamed() async throws {
    try await withRepository { repository, checkout in
      let first = try await repository.commit("one", to: "accounts.yaml")
      try await repository.git("tag", "--annotate", "v1", "--message", "v1")
      try await repository.commit("two", to: "accounts.yaml")
      for (number, ref) in ["v1", first].enumerated() {
        let other = try GitCheckout(
          GitSource(repository: repository.path, ref: ref),
          folder: "\(checkout.folder)-\(number)",
          environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        )
        #expect(try await other.update() == first)
      }
    }
  }

  @Test func aRefThatIsNotThereIsNamed() async throws {
    try await withRepository(ref: "release") { repository, checkout in
      try await repository.commit("one", to: "accounts.yaml")
      let error = await #expect(throws: GitError.self) { try await checkout.update() }
      #expect(error?.description.contains("release") == true)
      #expect(checkout.commit == nil)
    }
  }

  @Test func withoutTheProgramThatIsSaid() throws {
    let error = #expect(throws: GitError.self) {
      try GitCheckout(GitSource(repository: "/r"), folder: "/nowhere", environment: ["PATH": "/nowhere"])
    }
    #expect(error?.description.contains("install it") == true)
  }

  // MARK: - Pieces

  private func withRepository(
    ref: String = "main",
    _ body: (SampleRepository, GitCheckout) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let repository = try await SampleRepository(at: folder.path("repository"))
      let checkout = try GitCheckout(
        GitSource(repository: repository.path, ref: ref),
        folder: folder.path("checkout"),
        environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path]
      )
      try await body(repository, checkout)
    }
  }

  private func read(_ checkout: GitCheckout, _ name: String) throws -> String {
    try String(contentsOfFile: "\(checkout.files)/\(name)", encoding: .utf8)
  }
}
