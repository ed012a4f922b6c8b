import Testing

@testable import SIP

@Suite struct ClientTransactionTests {
  private typealias Action = ClientTransaction.Action
  private let t0 = Instant(nanoseconds: 1_000_000_000_000)

  @Test("TXN-01 TRAP-16 over UDP eleven copies go out, doubling from T1 to T2, until 32 s")
  func elevenCopiesGoOut() {
    let (sent, end) = run(timers: TransactionTimers())
    #expect(sent == [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
    #expect(end == 32_000)
  }

  @Test("TXN-14 HAR-03 the timers can be set: T1 = 50 ms times out at 3.2 s, and T1 = 1 s is legal")
  func theTimersCanBeSet() {
    let (fast, fastEnd) = run(timers: TransactionTimers(t1: .milliseconds(50)))
    #expect(fast == [0, 50, 150, 350, 750, 1550, 3150])
    #expect(fastEnd == 3200)
    let (slow, slowEnd) = run(timers: TransactionTimers(t1: .seconds(1), t2: .seconds(2)))
    #expect(slow.prefix(4) == [0, 1000, 3000, 5000])
    #expect(slowEnd == 64_000)
  }

  @Test("TXN-02 TXN-03 a reliable transport has one copy, and the same time-out")
  func aReliableTransportHasOneCopy() {
    var transaction = ClientTransaction(isReliable: true)
    #expect(transaction.start(at: t0) == .send(next: t0 + .seconds(32)))
    #expect(transaction.timerFired(at: t0 + .seconds(31)) == .wait(until: t0 + .seconds(32)))
    #expect(transaction.timerFired(at: t0 + .seconds(32)) == .timedOut)
    #expect(!transaction.hasRetransmitted)
    #expect(transaction.isOver)
  }

  @Test("TXN-04 TRAP-16 after a 1xx copies go out every T2, and neither timer starts again")
  func aProvisionalSlowsTheCopies() {
    var transaction = ClientTransaction(isReliable: false)
    _ = transaction.start(at: t0)
    let due = t0 + .milliseconds(500)
    #expect(
      transaction.receive(statusCode: 100, at: t0 + .milliseconds(200)) == .deliver(status: 100, next: due)
    )
    var action = Action.wait(until: due)
    var sent: [Int64] = []
    while let next = action.next {
      action = transaction.timerFired(at: next)
      if case .retransmit = action { sent.append(milliseconds(next)) }
    }
    #expect(sent == [500, 4500, 8500, 12500, 16500, 20500, 24500, 28500])
    #expect(action == .timedOut)
    #expect(transaction.retransmissions == 8)
  }

  @Test("TXN-05 TXN-06 TXN-07 a final answer ends the copies, and later answers are absorbed for T4")
  func aFinalAnswerEndsTheCopies() {
    var transaction = ClientTransaction(isReliable: false)
    _ = transaction.start(at: t0)
    _ = transaction.timerFired(at: t0 + .milliseconds(500))
    let now = t0 + .milliseconds(700)
    #expect(transaction.receive(statusCode: 401, at: now) == .deliver(status: 401, next: now + .seconds(5)))
    #expect(!transaction.isAwaitingFinal)
    #expect(transaction.receive(statusCode: 401, at: now + .seconds(1)) == .absorb)
    #expect(transaction.receive(statusCode: 200, at: now + .seconds(1)) == .absorb)
    #expect(transaction.timerFired(at: now + .seconds(1)) == .wait(until: now + .seconds(5)))
    #expect(transaction.timerFired(at: now + .seconds(5)) == .ended)
    #expect(transaction.receive(statusCode: 401, at: now + .seconds(6)) == .absorb)
    #expect(transaction.timerFired(at: now + .seconds(6)) == .absorb)
  }

  @Test("TXN-08 over a reliable transport a final answer ends the transaction at once")
  func aReliableTransactionEndsAtOnce() {
    var transaction = ClientTransaction(isReliable: true)
    _ = transaction.start(at: t0)
    #expect(transaction.receive(statusCode: 200, at: t0) == .deliver(status: 200, next: nil))
    #expect(transaction.isOver)
  }

  @Test("TXN-12 a transport error ends the transaction at once, once")
  func aTransportErrorEndsIt() {
    var transaction = ClientTransaction(isReliable: false)
    _ = transaction.start(at: t0)
    #expect(transaction.transportFailed(at: t0) == .transportFailed)
    #expect(transaction.transportFailed(at: t0) == .absorb)
    #expect(transaction.receive(statusCode: 200, at: t0) == .absorb)
    var answered = ClientTransaction(isReliable: false)
    _ = answered.start(at: t0)
    _ = answered.receive(statusCode: 200, at: t0)
    #expect(answered.transportFailed(at: t0) == .absorb)
  }

  @Test func aTimerThatComesLateDoesNotAddUpAndOneThatComesVeryLateDoesNotBurst() {
    var transaction = ClientTransaction(isReliable: false)
    _ = transaction.start(at: t0)
    #expect(
      transaction.timerFired(at: t0 + .milliseconds(505)) == .retransmit(next: t0 + .milliseconds(1500))
    )
    #expect(transaction.timerFired(at: t0 + .seconds(10)) == .retransmit(next: t0 + .seconds(12)))
    #expect(transaction.timerFired(at: t0 + .seconds(100)) == .timedOut)
  }

  @Test func aTransactionIsSmall() {
    #expect(MemoryLayout<ClientTransaction>.size <= 40)
  }

  /// Runs a transaction against silence; returns when copies were sent and when it gave up, in milliseconds.
  private func run(timers: TransactionTimers) -> (sent: [Int64], end: Int64?) {
    var transaction = ClientTransaction(timers: timers, isReliable: false)
    var now = t0
    var action = transaction.start(at: now)
    var sent: [Int64] = []
    while true {
      switch action {
      case .send(let next), .retransmit(let next):
        sent.append(milliseconds(now))
        now = next
      case .wait(let until): now = until
      case .timedOut: return (sent, milliseconds(now))
      case .deliver, .absorb, .transportFailed, .ended: return (sent, nil)
      }
      action = transaction.timerFired(at: now)
    }
  }

  private func milliseconds(_ instant: Instant) -> Int64 { (instant - t0).nanoseconds / 1_000_000 }
}

extension ClientTransaction.Action {
  fileprivate var next: Instant? {
    switch self {
    case .send(let next), .retransmit(let next), .wait(let next): next
    case .deliver(_, let next): next
    case .absorb, .timedOut, .transportFailed, .ended: nil
    }
  }
}
