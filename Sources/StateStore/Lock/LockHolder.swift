import Foundation
public import Reconcile

/// Who holds the lease of a state.
public struct LockHolder: Sendable, Hashable, Codable {
  public var pid: Int32
  public var host: String
  /// The name of the running kernel's boot, where the system has one: processes that share it see each
  /// other's locks, whatever their containers are called.
  public var boot: String?
  public var startedAt: Timestamp
  /// The command that runs, such as `watch`.
  public var command: String

  public init(pid: Int32, host: String, boot: String? = nil, startedAt: Timestamp, command: String) {
    self.pid = pid
    self.host = host
    self.boot = boot
    self.startedAt = startedAt
    self.command = command
  }

  /// This process.
  public static func current(command: String, at now: Timestamp) -> LockHolder {
    LockHolder(
      pid: ProcessInfo.processInfo.processIdentifier,
      host: ProcessInfo.processInfo.hostName,
      boot: bootName(),
      startedAt: now,
      command: command
    )
  }

  /// Stands for a holder that locked the file and has not yet said who it is.
  static func unnamed(at now: Timestamp) -> LockHolder {
    LockHolder(pid: 0, host: ProcessInfo.processInfo.hostName, startedAt: now, command: "starting")
  }

  private static func bootName() -> String? {
    guard let bytes = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension LockHolder: CustomStringConvertible {
  public var description: String { "“\(command)”, process \(pid) on \(host), running since \(startedAt)" }
}
