package import NIOPosix
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

  /// The numeric text of an address, read back as ours.
  private static func host(_ entry: addrinfo) -> Host? {
    guard let address = entry.ai_addr else { return nil }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(
      address,
      entry.ai_addrlen,
      &text,
      socklen_t(text.count),
      nil,
      0,
      NI_NUMERICHOST
    )
    guard status == 0 else { return nil }
    let bytes = text.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: "%")) }.map { UInt8(bitPattern: $0) }
    let plain = String(decoding: bytes, as: UTF8.self)
    if let address = IPv4Address(plain) { return .ipv4(address) }
    return IPv6Address(plain).map { .ipv6($0) }
  }
}
