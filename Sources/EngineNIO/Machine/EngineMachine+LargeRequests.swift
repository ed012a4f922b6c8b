import SIP

// A request that is too large for a datagram goes over TCP, and back where the server takes none.

extension EngineMachine {
  /// The largest request that may go over UDP where the path's limit is not known (RFC 3261, 18.1.1).
  static let largestDatagram = 1300
  /// How long a server that refused a connection is not asked for one again.
  private static let noStreamTime = Duration.seconds(600)

  /// Gives a large request of UDP to the server's TCP port: its Via then says TCP. An account that names UDP
  /// stays with it.
  ///
  /// - Returns: true if that connection is still to be opened.
  mutating func enlarge(
    _ bytes: inout [UInt8],
    of slot: Int,
    from sender: RequestShape.Sender,
    over flow: inout Int,
    at now: Instant
  ) -> Bool {
    guard bytes.count > EngineMachine.largestDatagram, flows[flow].transport == .udp else { return false }
    guard lanes[slots[slot].lane].destination.transport != .udp else { return false }
    if let end = flows[flow].staysUntil, end > now { return false }
    let key = lanes[slots[slot].lane].key
    let server = Target.Server(flows[flow].server, .tcp)
    let stream = self.flow(to: server, for: key.destination.domain, tls: key.tls)
    flow = stream
    guard flows[stream].state == .open, let other = flows[stream].sender else { return true }
    slots[slot].shape.replace(sender, by: other, in: &bytes)
    return false
  }

  /// The server takes no connection for a large request: it goes over UDP after all (RFC 3261, 18.1.1). The
  /// same once where a connection that had been in use was closed under a question or a withdrawal, which
  /// are not tried again by themselves: it goes over a new one.
  mutating func goesBack(_ exchange: Int, at now: Instant) -> Bool {
    let slot = exchanges[exchange].slot
    guard case .transport = slots[slot].registration.failure, let own = flow(of: slot) else { return false }
    let used = exchanges[exchange].flow
    if used != own, flows[own].transport == .udp, flows[used].transport == .tcp {
      flows[own].staysUntil = now + EngineMachine.noStreamTime
      if case .open = flows[own].state {
        sendAgain(slot, at: now)
      } else {
        exchanges[exchange].flow = own
        exchanges[exchange].awaitsFlow = true
        openIfClosed(own)
      }
      return true
    }
    guard used == own, exchanges[exchange].sentOnUsedFlow, !slots[slot].registration.settings.retries else {
      return false
    }
    exchanges[exchange].sentOnUsedFlow = false
    exchanges[exchange].awaitsFlow = true
    openIfClosed(own)
    return true
  }
}
