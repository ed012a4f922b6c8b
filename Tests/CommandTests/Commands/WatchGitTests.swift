import Agent
import Foundation
import TestSupport
import Testing

@testable import sipreconcile

/// A watch that follows a repository, with the real program git.
@Suite(.timeLimit(.minutes(2))) struct WatchGitTests {
  @Test func aCommitIsFollowedAndShownEverywhere() async throws {
    let laboratory = try laboratory()
    let repository = try await SampleRepository(at: laboratory.folder + "/repository")
    let first = try await repository.commit(Manifest.gateway, to: "voice/accounts.yaml")
    let changed = Manifest.gateway.replacing("expires: 10m", with: "expires: 20m")
    let commits = CommitLog()
    let ending = await laboratory.run(
      "watch",
      "--git",
      "./repository",
      "--ref",
      "main",
      "--path",
      "voice",
      "--interval",
      "1s",
      watching: Watching(
        until: "3 done.",
        action: { await commits.add { try await repository.commit(changed, to: "voice/accounts.yaml") } },
        stop: .reload,
        andThen: ("1 done.", .stop(.terminated))
      )
    )
    #expect(ending.status == 143, "\(ending.errors)")
    let second = try #require(await commits.all.first)
    #expect(ending.errors.contains("files read from commit \(first.prefix(12)): 3 accounts"))
    #expect(ending.errors.contains("files read from commit \(second.prefix(12)): 3 accounts"))
    let history = await laboratory.run("history", "-o", "json").output
    #expect(history.contains("\"commit\" : \"\(first)\"") && history.contains("\"commit\" : \"\(second)\""))
    #expect(await laboratory.run("history").output.contains("commit \(second.prefix(12))"))
  }

  @Test func aRestartNeedsNoRepository() async throws {
    let laboratory = try laboratory()
    let repository = try await SampleRepository(at: laboratory.folder + "/repository")
    try await repository.commit(Manifest.gateway, to: "accounts.yaml")
    let arguments = ["watch", "--git", repository.path]
    #expect(await laboratory.run(arguments, watching: Watching(until: "3 done.")).status == 143)
    try FileManager.default.removeItem(atPath: repository.path)
    let again = await laboratory.run(arguments, watching: Watching(until: "files read"))
    #expect(again.status == 143)
    #expect(again.errors.contains("which was fetched last, counts"))
    #expect(again.errors.contains("nothing newer can be had"))
  }

  @Test func aRestartGoesOnWithTheLastValidCommit() async throws {
    let laboratory = try laboratory()
    let repository = try await SampleRepository(at: laboratory.folder + "/repository")
    let valid = try await repository.commit(Manifest.gateway, to: "accounts.yaml")
    let arguments = ["watch", "--git", repository.path, "--interval", "1s"]
    #expect(await laboratory.run(arguments, watching: Watching(until: "3 done.")).status == 143)
    let broken = try await repository.commit("version: 2", to: "accounts.yaml")
    let again = await laboratory.run(arguments, watching: Watching(until: "commit \(broken.prefix(12)): "))
    #expect(again.status == 143)
    #expect(
      again.errors.contains(
        "commit \(broken.prefix(12)) is not valid; commit \(valid.prefix(12)), the last that was, counts"
      )
    )
    #expect(again.errors.contains("files read from commit \(valid.prefix(12)): 3 accounts"))
    // Without a state nothing was valid before.
    try FileManager.default.removeItem(atPath: laboratory.folder + "/state")
    let anew = await laboratory.run(arguments)
    #expect(anew.status == 3)
  }

  @Test func aRepositoryThatCannotBeFetchedEndsItAtTheStart() async throws {
    let laboratory = try laboratory()
    let ending = await laboratory.run("watch", "--git", "./none")
    #expect(ending.status == 1)
    #expect(ending.errors.contains("git cannot fetch ./none HEAD: "))
  }

  @Test(arguments: [
    ([], "Missing expected argument"),
    (["accounts.yaml", "--ref", "main"], "--ref goes with --git only"),
    (["accounts.yaml", "--git", "./r"], "--git goes without files"),
    (["--git", "https://me:secret@git.example.org/r"], "a password in the URL"),
    (["--git", "./r", "--path", "../etc"], "--path ../etc: it is a path inside the repository"),
    (["--git", "./r", "--ref", "--upload-pack=x"], "--ref"),
    (["--git", "./r", "--interval", "10ms"], "--interval: 1s or longer"),
  ])
  func whatMakesNoSenseIsRefused(_ arguments: [String], _ message: String) async throws {
    let ending = await (try laboratory()).run(["watch"] + arguments)
    #expect(ending.status == 64)
    #expect(ending.errors.contains(message), "\(ending.errors)")
    #expect(!ending.errors.contains("secret"))
  }

  private func laboratory() throws -> Laboratory {
    try Laboratory(environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], clock: SystemClock())
  }
}

/// The commits that an action made.
private actor CommitLog {
  private(set) var all: [String] = []

  func add(_ commit: @Sendable () async throws -> String) async {
    do {
      all.append(try await commit())
    } catch {
      Issue.record(error)
    }
  }
}
