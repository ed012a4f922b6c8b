import Foundation

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
  public static func path(forStateAt path: String) -> String { path + ".sock" }

  /// How all accounts stand. It blocks for ten seconds at most.
  public func status() throws(ControlError) -> StatusDocument {
    let connection = try UnixSocket.make(path)
    defer { close(connection) }
    UnixSocket.limit(connection, seconds: AgentCall.patience)
    #if canImport(Glibc)
      try UnixSocket.withAddress(path) { Glibc.connect(connection, $0, $1) }
    #else
      try UnixSocket.withAddress(path) { Darwin.connect(connection, $0, $1) }
    #endif
    guard UnixSocket.write(Array("{\"request\":\"status\"}\n".utf8), to: connection),
      let line = UnixSocket.readLine(connection, limit: AgentCall.answerLimit)
    else { throw UnixSocket.failure(path) }
    do {
      return try JSONDecoder().decode(StatusDocument.self, from: Data(line))
    } catch {
      throw .badAnswer(path: path)
    }
  }
}
