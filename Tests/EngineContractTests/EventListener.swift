import Reconcile

/// Reads an engine's events one after the other, and remembers them.
struct EventListener {
  private var iterator: AsyncStream<[RegistrationEvent]>.Iterator
  private var unread: [RegistrationEvent] = []
  private(set) var seen: [RegistrationEvent] = []

  init(_ engine: any RegistrationEngine) { iterator = engine.events.makeAsyncIterator() }

  /// Reads on to the next event of the account with this state; nil if the engine has ended.
  @discardableResult
  mutating func next(_ id: AccountID, _ state: RegistrationState) async -> RegistrationEvent? {
    while true {
      while !unread.isEmpty {
        let event = unread.removeFirst()
        seen.append(event)
        if event.account == id, event.state == state { return event }
      }
      guard let batch = await iterator.next() else { return nil }
      unread = batch
    }
  }

  /// The states of one account so far.
  func states(of id: AccountID) -> [RegistrationState] { seen.filter { $0.account == id }.map(\.state) }
}
