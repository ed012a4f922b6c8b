import NIOCore
import NIOPosix
package import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds the addresses of a host name with the system's resolver, on a thread that may block.
package struct SystemResolver: Sendable {
  /// Why a name has no address, in the system's words.
  package struct Failure: Error, Sendable {
    package let reason: String
  }

  private let threads: NIOThreadPool

  package init(threads: NIOThreadPool = .singleton) { self.threads = threads }

  /// The addresses in the order to try them.
  ///
  /// Throws `Failure` where there are none.
  package func addresses(of name: String, port: UInt16) async throws -> [Endpoint] {
    try await threads.runIfActive { try SystemResolver.lookUp(name, port: port) }
  }

  private static func lookUp(_ name: String, port: UInt16) throws -> [Endpoint] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
      hints.ai_socktype = CInt(SOCK_DGRAM.rawValue)
    #else
      hints.ai_socktype = SOCK_DGRAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(name, nil, &hints, &list)
    guard status == 0 else { throw Failure(reason: "\(name): " + String(cString: gai_strerror(status))) }
    defer { freeaddrinfo(list) }
    var endpoints: [Endpoint] = []
    var next = list
    while let entry = next {
      if let address = host(entry.pointee), !endpoints.contains(where: { $0.address == address }) {
        endpoints.append(Endpoint(address: address, port: port))
      }
      next = entry.pointee.ai_next
    }
    guard !endpoints.isEmpty else { throw Failure(reason: "\(name): no address") }
    return endpoints
  }

  private static func host(_ entry: addrinfo) -> Host? {
    guard let address = entry.ai_addr else { return nil }
    switch entry.ai_family {
    case AF_INET:
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
        .ipv4(IPv4Address(value: UInt32(bigEndian: address.pointee.sin_addr.s_addr)))
      }
    case AF_INET6:
      return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
        withUnsafeBytes(of: address.pointee.sin6_addr) { bytes in
          let half = { (start: Int) in bytes[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
          return .ipv6(IPv6Address(high: half(0), low: half(8)))
        }
      }
    default: return nil
    }
  }
}
