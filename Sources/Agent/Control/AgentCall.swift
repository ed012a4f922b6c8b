import Foundation
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
  private static let patience = 10

  public init(path: String) { self.path = path }

  /// The socket of the agent that holds a state.
  public static func path(forStateAt path: String) -> String {
    StateStore.resolvingLinks(path) + ".sock"
  }

  /// How all accounts stand; it waits for ten seconds at most.
  public func status() async throws(ControlError) -> StatusDocument {
    let path = path
    return try await UnixSocket.blocking { AgentCall.status(at: path) }.get()
  }

  private static func status(at path: String) -> Result<StatusDocument, ControlError> {
    do throws(ControlError) {
      let line = try exchange(ControlRequest(.status), at: path)
      do {
        return .success(try JSONDecoder().decode(StatusDocument.self, from: Data(line)))
      } catch {
        return .failure(.badAnswer(path: path))
      }
    } catch {
      return .failure(error)
    }
  }

  private static func exchange(_ request: ControlRequest, at path: String) throws(ControlError) -> [UInt8] {
    let connection = try UnixSocket.make(path)
    defer { close(connection) }
    UnixSocket.limit(connection, seconds: patience)
    #if canImport(Glibc)
      try UnixSocket.withAddress(path) { Glibc.connect(connection, $0, $1) }
    #else
      try UnixSocket.withAddress(path) { Darwin.connect(connection, $0, $1) }
    #endif
    let line = "{\"request\":\"\(request.request.rawValue)\"}\n"
    guard UnixSocket.write(Array(line.utf8), to: connection),
      let answer = UnixSocket.readLine(connection, limit: answerLimit)
    else { throw UnixSocket.failure(path) }
    return answer
  }
}
