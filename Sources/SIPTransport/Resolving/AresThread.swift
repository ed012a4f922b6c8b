import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The thread that waits for name servers. All of it but `start` happens there.
final class AresThread {
  private let settings: AresResolver.Settings
  private let mailbox: AresMailbox
  private let bell: AresMailbox.Bell
  private var serversFile: WatchedFile
  private var hostsFile: WatchedFile
  private var hosts = HostsFile([])
  private var channels: Channels?
  private var underWay = 0

  /// A channel that says what kind of error a name server gave, and where there are several name servers one
  /// that goes on to the next of them.
  private struct Channels {
    let first: AresChannel
    let second: AresChannel?

    init(_ settings: AresResolver.Settings) throws(AresFailure) {
      first = try AresChannel(settings, reportsRefusals: true)
      second = first.serverCount > 1 ? try AresChannel(settings, reportsRefusals: false) : nil
    }

    var all: [AresChannel] { [first] + (second.map { [$0] } ?? []) }
  }

  private init(_ settings: AresResolver.Settings, _ mailbox: AresMailbox, _ bell: AresMailbox.Bell) {
    self.settings = settings
    self.mailbox = mailbox
    self.bell = bell
    serversFile = WatchedFile(settings.serversFile)
    hostsFile = WatchedFile(settings.hostsFile)
  }

  /// False if the system gives no thread.
  static func start(_ settings: AresResolver.Settings, _ mailbox: AresMailbox, _ bell: AresMailbox.Bell)
    -> Bool
  {
    let thread = Unmanaged.passRetained(AresThread(settings, mailbox, bell))
    #if canImport(Darwin)
      var identifier: pthread_t?
      let status = pthread_create(&identifier, nil, { AresThread.main($0) }, thread.toOpaque())
      if status == 0, let identifier { pthread_detach(identifier) }
    #else
      var identifier = pthread_t()
      let status = pthread_create(&identifier, nil, { $0.flatMap { AresThread.main($0) } }, thread.toOpaque())
      if status == 0 { pthread_detach(identifier) }
    #endif
    if status != 0 { thread.release() }
    return status == 0
  }

  private static func main(_ thread: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<AresThread>.fromOpaque(thread).takeRetainedValue().run()
    return nil
  }

  private func run() {
    while case .requests(let requests) = mailbox.take() {
      if !requests.isEmpty { prepare() }
      for request in requests { look(up: request) }
      wait()
    }
    for channel in channels?.all ?? [] { channel.close() }
    channels = nil
    mailbox.threadEnded()
  }

  /// Makes the channels, and anew where the system names other servers by now and nobody waits for the old.
  private func prepare() {
    if hostsFile.hasChanged() { hosts = HostsFile(hostsFile.bytes ?? []) }
    let mayBeOld = settings.servers.isEmpty && underWay == 0 && serversFile.hasChanged()
    guard channels == nil || mayBeOld else { return }
    for channel in channels?.all ?? [] { channel.close() }
    do throws(AresFailure) { channels = try Channels(settings) } catch { channels = nil }
  }

  private func look(up request: AresMailbox.Request) {
    if let result = hosts.result(for: request.query) { return request.finish(result) }
    guard let channels else { return request.finish(.failed(.unreachable)) }
    underWay += 1
    channels.first.query(request.query) { status, answer in
      let result = DNSResult(status: status, answer: answer, to: request.query)
      guard let second = channels.second, AresThread.isRefusal(result) else {
        return self.finish(request, result)
      }
      second.query(request.query) { status, answer in
        let other = DNSResult(status: status, answer: answer, to: request.query)
        // If no other server does better, the reason of the first is the one to tell.
        if case .failed(let failure) = other, failure != .stopped { return self.finish(request, result) }
        self.finish(request, other)
      }
    }
  }

  private func finish(_ request: AresMailbox.Request, _ result: DNSResult) {
    underWay -= 1
    request.finish(result)
  }

  private static func isRefusal(_ result: DNSResult) -> Bool {
    switch result {
    case .failed(.serverFailed), .failed(.refused), .failed(.malformed): true
    case .failed, .found, .noRecords, .noSuchName: false
    }
  }

  /// Until a socket is ready, a time is over or the bell rings.
  private func wait() {
    let all = channels?.all ?? []
    var sockets = [pollfd(fd: bell.reading, events: Int16(POLLIN), revents: 0)]
    for channel in all { channel.appendSockets(to: &sockets) }
    let limit = all.compactMap(\.timeout).min() ?? -1
    let count = poll(&sockets, nfds_t(sockets.count), limit)
    guard count > 0 else {
      for channel in all { channel.processTimeouts() }
      return
    }
    if sockets[0].revents != 0 { bell.silence() }
    // A socket belongs to one channel; the other does not know it, and passes it by.
    for socket in sockets.dropFirst() where socket.revents != 0 {
      for channel in all { channel.process(socket) }
    }
    for channel in all { channel.processTimeouts() }
  }
}
