import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Reconcile
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(3))) struct ControlServerTests {
  let folder: String
  var path: String { folder + "/s" }

  init() throws {
    folder = NSTemporaryDirectory() + "/sipreconcile-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  /// Answers every request with the accounts it names.
  private static let desk = AgentDesk(
    status: { StatusDocument(owner: "office", at: Timestamp(milliseconds: 0), accounts: []) },
    metrics: { nil },
    health: { AgentHealth(troubles: []) },
    request: { request in
      let (answers, sink) = AsyncStream<AgentAnswer>.makeStream()
      switch request {
      case .suspend(let accounts, let duration, let reason):
        let until = duration.map { Timestamp(milliseconds: 0) + $0 }
        sink.yield(
          .suspended(
            accounts.map {
              Suspension(account: $0, since: Timestamp(milliseconds: 0), until: until, reason: reason)
            }
          )
        )
      case .resume(let accounts): sink.yield(.resumed(accounts))
      case .run(let run):
        if run.refresh.isEmpty {
          sink.yield(.problem(.otherFiles, "others"))
        } else {
          sink.yield(.outcome(Outcome(account: AccountID(run.refresh[0]), action: .refresh, kind: .done)))
          sink.yield(.report(Report(planDigest: "d")))
        }
      }
      sink.finish()
      return answers
    }
  )

  private func serving(_ body: @Sendable () async throws -> Void) async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ControlServer(path: path, desk: ControlServerTests.desk).run() }
      while !FileManager.default.fileExists(atPath: path) { await Task.yield() }
      try await body()
      group.cancelAll()
    }
  }

  private func post(_ route: String, _ body: String) async throws -> (UInt, String) {
    let url = try #require(URL(httpURLWithSocketPath: path, uri: route))
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = .POST
    request.body = .bytes(Array(body.utf8))
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let buffer = try await response.body.collect(upTo: 1 << 20)
    return (response.status.code, String(buffer: buffer))
  }

  @Test func requestsAreAnsweredAndGarbageDoesNoHarm() async throws {
    try await serving { () async throws in
      let call = AgentCall(path: path)
      #expect(try await post("/v1/suspend", "garbage").0 == 400)
      #expect(try await post("/v1/run", "[]").0 == 400)
      #expect(try await post("/v1/explode", "{}").0 == 404)
      #expect(try await call.status().owner == "office")
      let suspended = try await call.suspend(["a", "b"], for: .seconds(60), reason: "why").suspended
      #expect(suspended?.map(\.account) == ["a", "b"])
      #expect(suspended?.first?.until == "1970-01-01T00:01:00Z" && suspended?.first?.reason == "why")
      #expect(try await call.resume(["a"]).resumed == ["a"])
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aRunIsToldPartByPart() async throws {
    try await serving { () async throws in
      var parts: [AgentAnswer] = []
      var request = RunRequest()
      request.refresh = ["a"]
      try await AgentCall(path: path).run(request) {
        parts.append($0)
        return true
      }
      #expect(parts.count == 2 && parts[0].outcome?.account == "a" && parts[1].report?.digest == "d")
      parts = []
      try await AgentCall(path: path).run(RunRequest()) {
        parts.append($0)
        return true
      }
      #expect(parts.map { $0.problem?.kind } == [.otherFiles])
      // By hand, as from a script: an option that is not given has its default.
      #expect(try await post("/v1/run", #"{"refresh":["x"]}"#).1.split(separator: "\n").count == 2)
    }
  }

  @Test("SEC-74 the socket is its owner's only, also where one was left behind")
  func mode() async throws {
    #expect(
      FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o666])
    )
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ControlServer(path: path, desk: ControlServerTests.desk).run() }
      var attributes: [FileAttributeKey: Any] = [:]
      repeat {
        await Task.yield()
        attributes = try FileManager.default.attributesOfItem(atPath: path)
      } while attributes[.type] as? FileAttributeType != .typeSocket
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      group.cancelAll()
    }
  }

  @Test func withoutAnAgentTheCallFailsWithTheSystemsWords() async throws {
    let error = await #expect(throws: ControlError.self) { try await AgentCall(path: path).status() }
    #expect(error?.description.contains("No such file") == true, "\(error?.description ?? "")")
    let long = String(repeating: "x", count: 200)
    await #expect(throws: ControlError.unavailable(path: long, reason: "the path is too long for a socket")) {
      try await AgentCall(path: long).status()
    }
  }
}
