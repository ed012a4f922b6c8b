import CAres
import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A c-ares channel: queries to a set of name servers, with their sockets and time-outs.
///
/// Everything happens on one thread, also the calls of `finish`: within `poll`'s turn, or within `query`.
/// Nothing is called after `close`, which ends what is under way with `ARES_EDESTRUCTION`.
final class AresChannel {
  /// A status of c-ares, and the answer where there is one.
  typealias Finish = (Int32, [UInt8]) -> Void

  private final class Question {
    let finish: Finish
    init(_ finish: @escaping Finish) { self.finish = finish }
  }

  /// The library wants to be set up once for the process.
  private static let libraryStatus = ares_library_init(CInt(ARES_LIB_INIT_ALL))

  private var channel: ares_channel?

  /// The UDP payload that answers may have without TCP (RFC 6891, 6.2.5): fits one Ethernet frame.
  private static let payloadSize: CInt = 1232

  /// `reportsRefusals`: an error of a name server ends the query, and its kind is known. Otherwise the next name
  /// server is asked. Fails with a status of c-ares.
  init(_ settings: AresResolver.Settings, reportsRefusals: Bool) throws(AresFailure) {
    try AresFailure.check(AresChannel.libraryStatus)
    var options = ares_options()
    options.flags = CInt(ARES_FLAG_EDNS) | (reportsRefusals ? CInt(ARES_FLAG_NOCHECKRESP) : 0)
    options.timeout = CInt(clamping: settings.timeout.nanoseconds / 1_000_000)
    options.tries = CInt(clamping: settings.tries)
    options.ednspsz = AresChannel.payloadSize
    options.udp_port = settings.serversPort
    options.tcp_port = settings.serversPort
    let given =
      ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ | ARES_OPT_NOROTATE
      | ARES_OPT_RESOLVCONF | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT
    var channel: ares_channel?
    var path = settings.serversFile.utf8CString.map { $0 }
    let status = path.withUnsafeMutableBufferPointer { path in
      // Copied by the call.
      options.resolvconf_path = path.baseAddress
      return ares_init_options(&channel, &options, CInt(given))
    }
    try AresFailure.check(status)
    self.channel = channel
    guard !settings.servers.isEmpty else { return }
    let list = settings.servers.map(\.description).joined(separator: ",")
    try AresFailure.check(ares_set_servers_ports_csv(channel, list))
  }

  deinit { close() }

  /// How many name servers there are to ask.
  var serverCount: Int {
    var list: UnsafeMutablePointer<ares_addr_port_node>?
    guard let channel, ares_get_servers_ports(channel, &list) == ARES_SUCCESS else { return 0 }
    defer { ares_free_data(list) }
    var count = 0
    var next = list
    while let node = next {
      count += 1
      next = node.pointee.next
    }
    return count
  }

  func query(_ query: DNSQuery, finish: @escaping Finish) {
    guard let channel else { return finish(AresFailure.closed, []) }
    let question = Unmanaged.passRetained(Question(finish)).toOpaque()
    ares_query(
      channel,
      query.name,
      1,
      CInt(query.type.rawValue),
      { question, status, _, bytes, count in
        guard let question else { return }
        let answer = bytes.map { Array(UnsafeBufferPointer(start: $0, count: Int(count))) } ?? []
        Unmanaged<Question>.fromOpaque(question).takeRetainedValue().finish(status, answer)
      },
      question
    )
  }

  func close() {
    guard let channel else { return }
    self.channel = nil
    ares_destroy(channel)
  }
}

// MARK: - Sockets and time

extension AresChannel {
  private static let socketLimit = 16

  /// The sockets to wait for.
  func appendSockets(to list: inout [pollfd]) {
    guard let channel else { return }
    var sockets = [ares_socket_t](repeating: -1, count: AresChannel.socketLimit)
    let wanted = ares_getsock(channel, &sockets, CInt(AresChannel.socketLimit))
    for (position, socket) in sockets.enumerated() {
      var events: Int32 = 0
      if wanted & (1 << position) != 0 { events |= Int32(POLLIN) }
      if wanted & (1 << (position + AresChannel.socketLimit)) != 0 { events |= Int32(POLLOUT) }
      if events != 0 { list.append(pollfd(fd: socket, events: Int16(events), revents: 0)) }
    }
  }

  /// The time until something is to be done though no socket is ready, in milliseconds; nil for never.
  var timeout: Int32? {
    guard let channel else { return nil }
    var time = timeval()
    guard let limit = ares_timeout(channel, nil, &time) else { return nil }
    // Rounded up: waking a moment too early would wake again and again.
    return Int32(clamping: Int(limit.pointee.tv_sec) * 1000 + (Int(limit.pointee.tv_usec) + 999) / 1000)
  }

  func process(_ ready: pollfd) {
    guard let channel else { return }
    let isReadable = ready.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0
    let isWritable = ready.revents & Int16(POLLOUT) != 0
    guard isReadable || isWritable else { return }
    ares_process_fd(channel, isReadable ? ready.fd : -1, isWritable ? ready.fd : -1)
  }

  func processTimeouts() {
    guard let channel else { return }
    ares_process_fd(channel, -1, -1)
  }
}
