import Foundation
import Synchronization

/// One run of a program for one alert: the JSON on its input, what it is about in its environment.
struct AlertCommand: Sendable {
  let path: String
  let alert: AgentAlert

  static let patience = Duration.seconds(30)
  /// What every pipe holds.
  private static let longest = 60_000

  func run(_ body: Data, _ failed: @Sendable (String) -> Void) async {
    let process = Process()
    process.executableURL = URL(filePath: path)
    var environment = ProcessInfo.processInfo.environment
    environment["SIPRECONCILE_ALERT"] = alert.type.rawValue
    environment["SIPRECONCILE_ACCOUNT"] = alert.account
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    let input = Pipe()
    process.standardInput = input
    let (ends, end) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = {
      end.yield($0.terminationStatus)
      end.finish()
    }
    do {
      // Before it runs: writing to a program that has ended would end us too. An alert fits into any pipe.
      try input.fileHandleForWriting.write(contentsOf: body.prefix(AlertCommand.longest))
      try input.fileHandleForWriting.close()
      try process.run()
    } catch {
      return failed("the program for alerts cannot be run: \(error)")
    }
    let status = await inTime(ends)
    guard let status else {
      process.terminate()
      return failed("the program for alerts did not end within \(AlertCommand.patience.components.seconds) s")
    }
    if status != 0 { failed("the program for alerts ended with status \(status)") }
  }

  private func inTime(_ ends: AsyncStream<Int32>) async -> Int32? {
    await withTaskGroup(of: Int32?.self) { group in
      group.addTask {
        for await status in ends { return status }
        return nil
      }
      group.addTask {
        do { try await Task.sleep(for: AlertCommand.patience) } catch {}
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }
}
