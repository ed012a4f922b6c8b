import Foundation

/// A socket on 127.0.0.1 with a port that the system chose, closed in programs that a test starts.
public struct LoopbackSocket: ~Copyable {
  public enum Kind: Sendable {
    case datagram
    case stream

    fileprivate var type: __socket_type { self == .datagram ? SOCK_DGRAM : SOCK_STREAM }
  }

  private let descriptor: Int32
  public let port: UInt16

  /// - Parameter port: 0 for one that the system chooses.
  public init(_ kind: Kind = .datagram, port wanted: UInt16 = 0) throws {
    let opened = socket(AF_INET, Int32(kind.type.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard opened >= 0 else { throw SupportError.system("socket", code: errno) }
    var address = LoopbackSocket.address(port: wanted)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(opened, address, length) == 0 && getsockname(opened, address, &length) == 0
      }
    }
    guard isBound else {
      let code = errno
      close(opened)
      throw SupportError.system("bind", code: code)
    }
    descriptor = opened
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }

  /// A port that nobody used a moment ago. Another program may take it first: whoever gets it must be ready
  /// to ask for another.
  public static func freePort() throws -> UInt16 { try LoopbackSocket().port }

  /// Takes datagrams from that port of 127.0.0.1 alone; all others are answered with "port unreachable".
  public func connect(to port: UInt16) throws {
    var address = LoopbackSocket.address(port: port)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        Foundation.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw SupportError.system("connect", code: errno) }
  }

  public func send(_ bytes: [UInt8], to port: UInt16) throws {
    var address = LoopbackSocket.address(port: port)
    let sent = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        sendto(descriptor, bytes, bytes.count, 0, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard sent == bytes.count else { throw SupportError.system("sendto", code: errno) }
  }

  /// The next datagram; throws after `limit`.
  public func receive(within limit: Duration = .seconds(10)) async throws -> [UInt8] {
    try await eventually("a datagram", within: limit) {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return count > 0 ? Array(buffer[..<count]) : nil
    }
  }

  private static func address(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
