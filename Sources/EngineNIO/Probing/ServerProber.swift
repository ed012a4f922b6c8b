import NIOCore
import NIOPosix
package import SIP
import SIPTransport
import Synchronization

/// Goes the ways that the engine would go, and registers nothing: finds the servers of next hops, and asks
/// each whether it is there.
///
/// It uses the engine's own locator, flows and trust, so that what it finds is what the engine meets. Whoever
/// cancels a task that waits here gets at once what is known by then.
package final class ServerProber: Sendable {
  package struct Settings: Sendable {
    /// The name servers to ask; empty is the system's.
    package var nameServers: [Endpoint] = []
    /// As in `NIOEngine.Settings`.
    package var localAddresses: LocalAddresses?
    package var timers = TransactionTimers()
    package var userAgent: String? = "sipreconcile"
    package var seed: UInt64?
    /// How long a connection may take to open, and then an answer to come.
    package var limit = Duration.seconds(5)
    /// Gets every message that is sent or received.
    package var trace: (@Sendable (TraceRecord) -> Void)?

    package init() {}
  }

  private let settings: Settings
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let loop: any EventLoop
  private let resolver: AresResolver
  private let random: Mutex<RandomSource>
  /// Made with the first probe.
  private let probes: NIOLoopBoundBox<ProbeTable?>

  package init(_ settings: Settings = Settings()) {
    self.settings = settings
    loop = group.any()
    var resolving = AresResolver.Settings()
    resolving.servers = settings.nameServers
    resolver = AresResolver(resolving)
    random = Mutex(settings.seed.map(RandomSource.init(seed:)) ?? RandomSource())
    probes = NIOLoopBoundBox.makeEmptyBox(valueType: ProbeTable.self, eventLoop: loop)
  }

  /// Finds the servers of a next hop (RFC 3263).
  package func locate(_ hop: NextHop) async -> HopLocation {
    let rules = ServerRules(
      localAddresses: .chosen(settings.localAddresses, nameServers: settings.nameServers)
    )
    var search = HopSearch(hop.destination, rules: rules)
    while !search.pending.isEmpty {
      let started = EngineShell.now
      let answers = await results(of: search.pending)
      guard answers.count == search.pending.count else {
        return HopLocation(lookups: search.lookups, outcome: .cutOff)
      }
      for (query, result, end) in answers {
        search.answered(query, result, after: end - started, at: EngineShell.now)
      }
    }
    return random.withLock { search.location(using: &$0) }
  }

  /// The name servers' answers in the order of the queries; fewer where the task was cancelled.
  private func results(of queries: [DNSQuery]) async -> [(DNSQuery, DNSResult, Instant)] {
    let (answers, sink) = AsyncStream<(DNSQuery, DNSResult, Instant)>.makeStream()
    for query in queries {
      resolver.look(up: query) { sink.yield((query, $0, EngineShell.now)) }
    }
    var found: [DNSQuery: (DNSQuery, DNSResult, Instant)] = [:]
    for await answer in answers {
      found[answer.0] = answer
      if found.count == queries.count { break }
    }
    return queries.compactMap { found[$0] }
  }

  /// Goes to one server of a next hop and asks it for its abilities.
  package func ask(_ target: Target, of hop: NextHop) async -> ProbeResult {
    let request = random.withLock {
      OptionsRequest(hop.destination, userAgent: settings.userAgent, using: &$0)
    }
    let (results, sink) = AsyncStream<ProbeResult>.makeStream()
    let number = random.withLock { $0.next() as UInt64 }
    loop.execute { [self] in
      let table = probes.value ?? ProbeTable(loop: loop, limit: settings.limit)
      probes.value = table
      table.begin(number, request, to: target, tls: TLSSettings(hop.tls), settings, loop: loop) {
        sink.yield($0)
      }
    }
    for await result in results { return result }
    loop.execute { [self] in probes.value?.cutOff(number) }
    return ProbeResult(.cutOff)
  }

  /// Ends all that is under way.
  package func shutdown() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      loop.execute { [self] in
        probes.value?.cutOffAll()
        continuation.resume()
      }
    }
    await resolver.close()
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      // The only error is that the group was stopped before, which is what is wanted.
      group.shutdownGracefully { _ in continuation.resume() }
    }
  }
}
