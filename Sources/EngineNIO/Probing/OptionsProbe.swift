import SIP
import SIPTransport

/// One OPTIONS to one server, from the opening of the flow to the first final answer.
///
///     opening ──opened──▶ asking ──final answer, time limit──▶ ended
///        └──failed──────────┴──failed──────────────────────────┘
///
/// It ends once, with the one action that says so; inputs that come later change nothing.
struct OptionsProbe {
  enum Action: Equatable {
    case send([UInt8])
    case wake(at: Instant)
    case end(ProbeResult)
  }

  private enum State {
    case opening
    case asking(ClientTransaction)
    case ended
  }

  private let request: OptionsRequest
  private let target: Target.Server
  private let timers: TransactionTimers
  private let limit: Duration
  private let startedAt: Instant
  private var state = State.opening
  private var result = ProbeResult(.cutOff)
  private var index = MessageIndex()

  /// - Parameter limit: how long an answer is waited for once the flow is open.
  init(
    _ request: OptionsRequest,
    to target: Target.Server,
    timers: TransactionTimers,
    limit: Duration,
    at now: Instant
  ) {
    self.request = request
    self.target = target
    self.timers = timers
    self.limit = min(limit, timers.timeout)
    startedAt = now
  }

  /// The flow stands: asks.
  mutating func opened(local: Endpoint, certificate: ShownCertificate?, at now: Instant) -> [Action] {
    guard case .opening = state else { return [] }
    result.local = local
    result.certificate = certificate
    if target.transport.isReliable { result.openedAfter = now - startedAt }
    var transaction = ClientTransaction(timers: timers, isReliable: target.transport.isReliable)
    let actions = perform(transaction.start(at: now), transaction)
    state = .asking(transaction)
    return actions
  }

  /// A message on the flow; one that is no answer to the request counts for nothing.
  mutating func receive(_ bytes: UnsafeRawBufferPointer, at now: Instant) -> [Action] {
    guard case .asking(var transaction) = state else { return [] }
    do throws(MessageError) {
      try index.parse(bytes, headLimit: MessageLimits.streamHead)
      let message = MessageView(bytes: bytes, index: index)
      let (via, cseq) = try message.validateResponse()
      guard via.branch.flatMap(Branch.init) == request.branch, cseq.method.isEqual(to: "OPTIONS") else {
        return []
      }
      guard case .deliver(let status, let next) = transaction.receive(statusCode: message.statusCode, at: now)
      else { return [] }
      guard status >= 200 else {
        state = .asking(transaction)
        return next.map { [.wake(at: earliest($0, transaction))] } ?? []
      }
      return end(
        .answered(
          ProbeResult.Answer(
            code: status,
            reason: message.reasonPhrase,
            roundTrip: now - transaction.startedAt,
            wasRetransmitted: transaction.hasRetransmitted,
            date: message.date,
            seenAs: PublicAddress.told(by: via)
          )
        )
      )
    } catch {
      // Not SIP, or broken: as if it had not come.
      return []
    }
  }

  mutating func timerFired(at now: Instant) -> [Action] {
    guard case .asking(var transaction) = state else { return [] }
    if now >= transaction.startedAt + limit { return end(.silent(after: limit)) }
    let action = transaction.timerFired(at: now)
    state = .asking(transaction)
    return perform(action, transaction)
  }

  /// The flow could not be opened, or broke; or the network refuses what is sent.
  mutating func failed(_ failure: FlowFailure, certificate: ShownCertificate?) -> [Action] {
    if result.certificate == nil { result.certificate = certificate }
    return end(.unreachable(failure))
  }

  /// Nobody waits any more.
  mutating func cutOff() -> [Action] { end(.cutOff) }

  private mutating func perform(
    _ action: ClientTransaction.Action,
    _ transaction: ClientTransaction
  ) -> [Action] {
    switch action {
    case .send(let next), .retransmit(let next):
      [
        .send(request.bytes(from: result.local, over: target.transport)),
        .wake(at: earliest(next, transaction)),
      ]
    case .wait(let until): [.wake(at: earliest(until, transaction))]
    case .timedOut: end(.silent(after: limit))
    case .transportFailed, .deliver, .absorb, .ended: []
    }
  }

  private func earliest(_ next: Instant, _ transaction: ClientTransaction) -> Instant {
    min(next, transaction.startedAt + limit)
  }

  private mutating func end(_ outcome: ProbeResult.Outcome) -> [Action] {
    if case .ended = state { return [] }
    state = .ended
    result.outcome = outcome
    return [.end(result)]
  }
}
