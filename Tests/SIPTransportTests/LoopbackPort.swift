import SIP
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A TCP port of 127.0.0.1 that takes no connection, as long as this lives.
final class LoopbackPort {
  enum Kind {
    /// Nobody listens: a SYN is refused.
    case bound
    /// The listener's queue is full and is never emptied: a SYN is dropped.
    case full
  }

  let endpoint: Endpoint
  private var descriptors: [Int32] = []

  init(_ kind: Kind) throws {
    let type = Int32(SOCK_STREAM.rawValue)
    let owner = socket(AF_INET, type, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        guard bind(owner, generic, length) == 0, kind == .bound || listen(owner, 0) == 0,
          getsockname(owner, generic, &length) == 0
        else { throw SupportError.system("bind", code: errno) }
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
    endpoint = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: port)
    descriptors = [owner]
    guard kind == .full else { return }
    // One is taken into the queue of length 0, and the rest are to be safe.
    for _ in 0..<4 {
      let filler = socket(AF_INET, type, 0)
      _ = fcntl(filler, F_SETFL, O_NONBLOCK)
      _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, length) }
      }
      descriptors.append(filler)
    }
  }

  deinit { for descriptor in descriptors { close(descriptor) } }
}
