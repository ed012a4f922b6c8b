import Foundation
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

  private func serving(_ body: @Sendable () async throws -> Void) async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await ControlServer(path: path).run { _ in
          StatusDocument(owner: "office", at: Timestamp(milliseconds: 0), accounts: [])
        }
      }
      while !FileManager.default.fileExists(atPath: path) { await Task.yield() }
      try await body()
      group.cancelAll()
    }
  }

  private func exchange(_ text: String) async throws -> String {
    let path = path
    return try await UnixSocket.blocking { Result { try Self.exchange(text, at: path) } }.get()
  }

  private static func exchange(_ text: String, at path: String) throws -> String {
    let connection = try UnixSocket.make(path)
    defer { close(connection) }
    try UnixSocket.withAddress(path) { connect(connection, $0, $1) }
    UnixSocket.limit(connection, seconds: 10)
    UnixSocket.write(Array(text.utf8), to: connection)
    return String(decoding: UnixSocket.readLine(connection, limit: 1 << 20) ?? [], as: UTF8.self)
  }

  @Test func aRequestIsAnsweredAndGarbageDoesNoHarm() async throws {
    try await serving { () async throws in
      #expect(try await exchange("garbage\n") == #"{"error":"unknown request"}"#)
      #expect(try await exchange(#"{"request":"explode"}"# + "\n") == #"{"error":"unknown request"}"#)
      #expect(try await exchange(String(repeating: "x", count: 200_000)) == "")
      #expect(try await AgentCall(path: path).status().owner == "office")
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("SEC-74 the socket is its owner's only, also where one was left behind")
  func mode() async throws {
    #expect(
      FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o666])
    )
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ControlServer(path: path).run { _ in nil } }
      var attributes: [FileAttributeKey: Any] = [:]
      repeat {
        await Task.yield()
        attributes = try FileManager.default.attributesOfItem(atPath: folder)
        if FileManager.default.fileExists(atPath: path) {
          attributes = try FileManager.default.attributesOfItem(atPath: path)
        }
      } while attributes[.type] as? FileAttributeType != .typeSocket
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      group.cancelAll()
    }
  }

  @Test func withoutAnAgentTheCallFailsWithTheSystemsWords() async throws {
    let error = await #expect(throws: ControlError.self) { try await AgentCall(path: path).status() }
    #expect(error?.description.contains("No such file") == true)
    let long = String(repeating: "x", count: 200)
    await #expect(throws: ControlError.unavailable(path: long, reason: "the path is too long for a socket")) {
      try await AgentCall(path: long).status()
    }
  }
}
