import Agent
import EngineNIO
import Reconcile
import SIP
import Synchronization

/// Looks at one next hop: its records, its servers, and a sample of its accounts.
struct HopExamination: Sendable {
  private let examination: Examination
  private let hop: ExaminedHop
  private let prober: ServerProber
  private let patience: Duration

  init(_ examination: Examination, _ hop: ExaminedHop, _ prober: ServerProber, _ patience: Duration) {
    self.examination = examination
    self.hop = hop
    self.prober = prober
    self.patience = patience
  }

  private var clock: any RunClock { examination.run.surroundings.clock }

  func carryOut() async -> HopFacts {
    var facts = HopFacts(hop, await prober.locate(hop.hop))
    facts.servers = await servers(facts.location.order)
    facts.fetches = await fetches(at: server(to: facts))
    return facts
  }

  private func servers(_ targets: [Target]) async -> [HopFacts.Server] {
    await withTaskGroup(of: (Int, HopFacts.Server).self) { group in
      for (position, target) in targets.enumerated() {
        group.addTask { [self] in
          let result = await prober.ask(target, of: hop.hop)
          var server = HopFacts.Server(target, result, at: clock.time)
          server.rest = examination.resting.first {
            $0.address == "\(target.server.endpoint)" && $0.transport == target.server.transport.rawValue
          }
          return (position, server)
        }
      }
      var found: [Int: HopFacts.Server] = [:]
      for await (position, server) in group { found[position] = server }
      return targets.indices.compactMap { found[$0] }
    }
  }

  /// The server that an attempt would end up at: the first that answers, else one that may just not like OPTIONS.
  private func server(to facts: HopFacts) -> Target.Server? {
    let answering = facts.servers.first { server in
      if case .answered = server.result.outcome { true } else { false }
    }
    let silent = facts.servers.first { server in
      if case .silent = server.result.outcome { true } else { false }
    }
    return (answering ?? silent)?.target.server
  }

  // MARK: - Accounts

  private func fetches(at server: Target.Server?) async -> [FetchFacts] {
    let isCutOff = Task.isCancelled
    let asked = hop.sample.filter { examination.credentials[$0.id] != nil }
    guard let server, !isCutOff, !asked.isEmpty else {
      return hop.sample.map { account in
        let hasSecret = examination.credentials[account.id] != nil
        return facts(account, isCutOff ? .cutOff : hasSecret ? .unreachable : .withoutSecret)
      }
    }
    let answers = await ask(asked, at: server)
    return hop.sample.map { answers[$0.id] ?? facts($0, .withoutSecret) }
  }

  /// Asks with an engine of its own that goes to this one server. What it is given reads bindings, and can do
  /// nothing else.
  private func ask(_ accounts: [Account], at server: Target.Server) async -> [AccountID: FetchFacts] {
    let seen = SeenMessages()
    var request = examination.request
    request.onlyServer = server.endpoint
    request.onlyTransport = server.transport
    request.bind = request.bind.map { Endpoint(address: $0.address, port: 0) }
    request.observe = { seen.add($0) }
    let queries = accounts.map { account in
      BindingQuery(
        account: account,
        credentials: examination.credentials[account.id] ?? [],
        sequence: CallSequence(callID: Self.callID(), lastCSeq: 0, ceiling: .max)
      )
    }
    let started: StartedEngine
    do throws(CommandFailure) {
      started = try await examination.run.surroundings.composition.startEngine(request)
    } catch {
      let words = error.diagnostics.map(\.message).joined(separator: "; ")
      return Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, facts($0, .unanswered(words))) })
    }
    let engine = StoppableEngine(started.engine)
    let states = await answers(of: engine, to: queries)
    await engine.shutdown()
    let (isCutOff, time) = (Task.isCancelled, clock.time)
    let pairs = zip(queries, states).map { query, state in
      let exchange = FetchExchange(seen.all, callID: query.sequence?.callID ?? "")
      var facts = facts(query.account, outcome(state, exchange, isCutOff: isCutOff))
      facts.exchange = exchange
      facts.at = time
      return (query.account.id, facts)
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The engine's answers; past the limit it is stopped, and what is still unanswered says so.
  private func answers(of reader: any BindingReader, to queries: [BindingQuery]) async -> [LiveState] {
    let deadline = clock.now + patience * 2
    return await withTaskGroup(of: [LiveState]?.self) { group in
      group.addTask { await reader.bindings(of: queries) }
      group.addTask { [clock] in
        do { try await clock.sleep(until: deadline) } catch { return nil }
        return nil
      }
      var states: [LiveState] = []
      for await answers in group {
        if let answers { states = answers }
        group.cancelAll()
      }
      return states
    }
  }

  private func outcome(
    _ state: LiveState,
    _ exchange: FetchExchange,
    isCutOff: Bool
  ) -> FetchFacts.Outcome {
    switch state {
    case .known(let bindings): return .listed(bindings.count)
    case .unknown(let words):
      if let code = exchange.code { return .refused(code: code, reason: exchange.reason) }
      if isCutOff { return .cutOff }
      let limit = DurationText.text(patience * 2)
      return .unanswered(words == "the engine has stopped" ? "none came within \(limit)" : words)
    }
  }

  private func facts(_ account: Account, _ outcome: FetchFacts.Outcome) -> FetchFacts {
    var facts = FetchFacts(account.id.name, outcome)
    facts.declared = account.credentials.map {
      FetchFacts.Declared(
        username: $0.username,
        realm: $0.realm,
        algorithms: $0.algorithms,
        isToken: $0.kind == .token
      )
    }
    facts.isBound = examination.local.bound.contains(account.id)
    return facts
  }

  /// A new Call-ID: what is asked here has nothing to do with the registrations.
  private static func callID() -> String {
    let words = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
    return words.map { String($0, radix: 16) }.joined()
  }
}

/// The messages of one engine, in order.
private final class SeenMessages: Sendable {
  private let messages = Mutex<[WireMessage]>([])

  var all: [WireMessage] { messages.withLock { $0 } }

  func add(_ message: WireMessage) { messages.withLock { $0.append(message) } }
}
