import Foundation
import Synchronization
import Testing

@testable import Agent

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite(.timeLimit(.minutes(2))) struct SystemdNotifierTests {
  @Test func withoutASocketNobodyIsTold() {
    #expect(SystemdNotifier(environment: [:], pid: 1) == nil)
    #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": "relative"], pid: 1) == nil)
    #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": "/run/n"], pid: 1)?.watchdogInterval == nil)
  }

  @Test func theWatchdogIsFedTwiceInItsTimeAndOnlyByTheProcessThatIsMeant() {
    let environment = ["NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"]
    #expect(SystemdNotifier(environment: environment, pid: 7)?.watchdogInterval == .seconds(15))
    #expect(SystemdNotifier(environment: environment, pid: 8)?.watchdogInterval == nil)
  }

  @Test func messagesArriveOneInADatagram() throws {
    let path = NSTemporaryDirectory() + "n-" + UUID().uuidString.prefix(8)
    let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer {
      close(descriptor)
      unlink(path)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": path], pid: 1))
    notifier.ready("2 of 2 accounts registered")
    notifier.alive()
    notifier.stopping()
    var texts: [String] = []
    for _ in 0..<3 {
      var bytes = [UInt8](repeating: 0, count: 512)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      texts.append(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
    }
    #expect(
      texts == ["READY=1\nSTATUS=2 of 2 accounts registered", "WATCHDOG=1", "STOPPING=1\nSTATUS=ending"]
    )
  }
}
