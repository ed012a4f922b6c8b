import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
package import Reconcile
import SIP
import StateStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Asks a running agent over its socket.
public struct AgentCall: Sendable {
  public let path: String

  /// An answer may be as long as a status of a million accounts.
  private static let answerLimit = 2 << 30
  private static let patience = TimeAmount.seconds(10)
  /// A request waits for the plan that is being carried out, and a plan of its own takes its time.
  private static let longPatience = TimeAmount.hours(24)

  private static var longestPath: Int { MemoryLayout.size(ofValue: sockaddr_un().sun_path) }

  public init(path: String) { self.path = path }

  /// The socket of the agent that holds a state.
  public static func path(forStateAt path: String) -> String {
    StateStore.resolvingLinks(path) + ".sock"
  }

  /// How all accounts stand; it waits for ten seconds at most.
  public func status() async throws(ControlError) -> StatusDocument {
    let response = try await send(.GET, "/v1/status", patience: AgentCall.patience)
    return try await decode(StatusDocument.self, from: response)
  }

  /// Has accounts left alone: for so long, or until they are resumed.
  package func suspend(
    _ accounts: [AccountID],
    for duration: Duration?,
    reason: String
  ) async throws(ControlError) -> AgentAnswer {
    let body = SuspendBody(
      accounts: accounts.map(\.name),
      seconds: duration.map { Int($0.components.seconds) },
      reason: reason
    )
    return try await decode(AgentAnswer.self, from: send(.POST, "/v1/suspend", body))
  }

  /// Ends suspensions.
  package func resume(_ accounts: [AccountID]) async throws(ControlError) -> AgentAnswer {
    let body = ResumeBody(accounts: accounts.map(\.name))
    return try await decode(AgentAnswer.self, from: send(.POST, "/v1/resume", body))
  }

  /// Has a plan made and carried out, and gives each part of the answer as it comes, until `take` says that it has
  /// heard enough: the work then goes on all the same.
  package func run(
    _ request: RunRequest,
    _ take: (AgentAnswer) -> Bool
  ) async throws(ControlError) {
    let response = try await send(.POST, "/v1/run", request)
    var line = ByteBuffer()
    var isEnded = false
    do {
      for try await var part in response.body {
        while let end = part.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
          let count = end - part.readerIndex
          line.writeImmutableBuffer(part.readSlice(length: count) ?? ByteBuffer())
          part.moveReaderIndex(forwardBy: 1)
          let answer = try JSONDecoder().decode(AgentAnswer.self, from: line)
          line.clear()
          isEnded = answer.isLast
          guard take(answer) else { return }
        }
        line.writeBuffer(&part)
      }
    } catch {
      throw failure(error)
    }
    // The agent ended in the middle of it.
    if !isEnded { throw .badAnswer(path: path) }
  }

  // MARK: HTTP

  private func send(
    _ method: HTTPMethod,
    _ route: String,
    patience: TimeAmount,
    _ body: [UInt8]? = nil
  ) async throws(ControlError) -> HTTPClientResponse {
    guard path.utf8.count < AgentCall.longestPath else {
      throw .unavailable(path: path, reason: "the path is too long for a socket")
    }
    guard let url = URL(httpURLWithSocketPath: path, uri: route) else { throw .badAnswer(path: path) }
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = method
    // A connection that is kept may lead to an agent that has ended meanwhile.
    request.headers.add(name: "connection", value: "close")
    if let body { request.body = .bytes(body) }
    do {
      return try await HTTPCalls.client.execute(request, timeout: patience)
    } catch {
      throw failure(error)
    }
  }

  private func send(
    _ method: HTTPMethod,
    _ route: String,
    _ body: some Encodable
  ) async throws(ControlError) -> HTTPClientResponse {
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try JSONEncoder().encode(body))
    } catch {
      throw failure(error)
    }
    return try await send(method, route, patience: AgentCall.longPatience, bytes)
  }

  private func decode<Answer: Decodable>(
    _ type: Answer.Type,
    from response: HTTPClientResponse
  ) async throws(ControlError) -> Answer {
    do {
      let buffer = try await response.body.collect(upTo: AgentCall.answerLimit)
      return try JSONDecoder().decode(type, from: buffer)
    } catch is DecodingError {
      throw .badAnswer(path: path)
    } catch {
      throw failure(error)
    }
  }
  private func failure(_ error: any Error) -> ControlError {
    .unavailable(path: path, reason: "\(error)")
  }
}
