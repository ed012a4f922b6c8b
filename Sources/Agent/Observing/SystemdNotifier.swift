#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells a service manager how the agent is, as sd_notify(3) describes it: one datagram a message.
package struct SystemdNotifier: Sendable {
  /// A path, or `@` and an abstract name.
  private let socket: String
  /// How often a sign of life is wanted; nil for never. Half of what the manager waits.
  package let watchdogInterval: Duration?

  /// Nil where no manager wants to be told.
  package init?(environment: [String: String], pid: Int32) {
    guard let socket = environment["NOTIFY_SOCKET"], socket.hasPrefix("/") || socket.hasPrefix("@") else {
      return nil
    }
    self.socket = socket
    let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(pid)" } ?? true
    let wait = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogInterval = isMeant && wait > 0 ? .microseconds(wait) / 2 : nil
  }

  func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
  func status(_ status: String) { send("STATUS=\(status)") }
  func alive() { send("WATCHDOG=1") }
  func stopping() { send("STOPPING=1\nSTATUS=ending") }

  /// A manager that cannot be reached is no reason to stop: nothing is told then.
  private func send(_ message: String) {
    #if canImport(Glibc)
      let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    #else
      let descriptor = Darwin.socket(AF_UNIX, SOCK_DGRAM, 0)
    #endif
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(socket.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    if name[0] == UInt8(ascii: "@") { name[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + name.count)
    let bytes = Array(message.utf8)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = sendto(descriptor, bytes, bytes.count, CInt(MSG_DONTWAIT), pointer, length)
      }
    }
  }
}
