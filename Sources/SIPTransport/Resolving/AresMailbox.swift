import SIP
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What passes between those who ask and the thread that looks up.
final class AresMailbox: Sendable {
  struct Request: Sendable {
    let query: DNSQuery
    let finish: @Sendable (DNSResult) -> Void
  }

  /// What the thread is to do next.
  enum Delivery {
    case requests([Request])
    case close
  }

  /// Both ends of a pipe: a byte in it ends the thread's wait.
  struct Bell: Sendable {
    let reading: Int32
    let writing: Int32
  }

  private enum State: Sendable {
    case idle
    case running(Bell, pending: [Request])
    case closing(Bell, pending: [Request], closed: [@Sendable () -> Void])
    case closed
  }

  private let settings: AresResolver.Settings
  private let state = Mutex(State.idle)

  init(_ settings: AresResolver.Settings) { self.settings = settings }

  /// Hands a request to the thread, which is started for the first one.
  func post(_ request: Request) {
    let failure: DNSFailure? = state.withLock { state in
      switch state {
      case .idle:
        guard let bell = Bell() else { return .unreachable }
        guard AresThread.start(settings, self, bell) else {
          bell.close()
          return .unreachable
        }
        state = .running(bell, pending: [request])
        bell.ring()
        return nil
      case .running(let bell, let pending):
        state = .running(bell, pending: pending + [request])
        bell.ring()
        return nil
      case .closing, .closed: return .stopped
      }
    }
    if let failure { request.finish(.failed(failure)) }
  }

  func take() -> Delivery {
    state.withLock { state in
      switch state {
      case .idle: return .requests([])
      case .running(let bell, let pending):
        state = .running(bell, pending: [])
        return .requests(pending)
      case .closing, .closed: return .close
      }
    }
  }

  /// Asks the thread to end; `done` is called when it has.
  func close(_ done: @escaping @Sendable () -> Void) {
    let isClosed = state.withLock { state in
      switch state {
      case .idle:
        state = .closed
        return true
      case .running(let bell, let pending):
        state = .closing(bell, pending: pending, closed: [done])
        bell.ring()
        return false
      case .closing(let bell, let pending, let closed):
        state = .closing(bell, pending: pending, closed: closed + [done])
        return false
      case .closed: return true
      }
    }
    if isClosed { done() }
  }

  /// The thread's last act: it has called nothing since its channels were closed, and will not.
  func threadEnded() {
    let former = state.withLock { state in
      let former = state
      state = .closed
      return former
    }
    guard case .closing(let bell, let pending, let closed) = former else { return }
    bell.close()
    for request in pending { request.finish(.failed(.stopped)) }
    for done in closed { done() }
  }
}

extension AresMailbox.Bell {
  init?() {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    self.init(reading: ends[0], writing: ends[1])
  }

  /// A full pipe rings as well as one more byte would.
  func ring() {
    var byte: UInt8 = 1
    _ = write(writing, &byte, 1)
  }

  func silence() {
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(reading, &bytes, bytes.count) > 0 {}
  }

  func close() {
    #if canImport(Glibc)
      _ = Glibc.close(reading)
      _ = Glibc.close(writing)
    #else
      _ = Darwin.close(reading)
      _ = Darwin.close(writing)
    #endif
  }
}
