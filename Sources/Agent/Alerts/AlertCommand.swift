import Foundation

/// One run of a program for one alert: the JSON on its input, what it is about in its environment.
struct AlertCommand: Sendable {
  let path: String
  let alert: AgentAlert

  static let patience = Duration.seconds(30)

  /// Runs it to its end; what went wrong, or nil. A program that takes too long is killed, and so is one that still
  /// runs when the task is cancelled.
  func run(_ body: Data) async -> String? {
    var environment = ProcessInfo.processInfo.environment
    environment["SIPRECONCILE_ALERT"] = alert.type.rawValue
    environment["SIPRECONCILE_ACCOUNT"] = alert.account
    let call = ProgramCall(
      path: path,
      environment: environment,
      input: body,
      patience: AlertCommand.patience
    )
    switch await call.run() {
    case .exit(0): return nil
    case .exit(let status): return "the program for alerts ended with status \(status)"
    case .late:
      return "the program for alerts did not end within \(AlertCommand.patience.components.seconds) s"
    case .cancelled: return "the program for alerts was ended with the watch"
    case .notRun(let reason): return "the program for alerts cannot be run: \(reason)"
    }
  }
}
