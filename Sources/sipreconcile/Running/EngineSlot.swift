import Reconcile

/// An engine that is started when it is first needed, so that a run with nothing to ask and nothing to do
/// opens no socket.
actor EngineSlot {
  private let request: EngineRequest
  private let composition: Composition
  private var engine: (any RegistrationEngine)?

  init(_ request: EngineRequest, _ composition: Composition) {
    self.request = request
    self.composition = composition
  }

  func get() async throws(CommandFailure) -> any RegistrationEngine {
    if let engine { return engine }
    let started = try await composition.startEngine(request)
    let stoppable = StoppableEngine(started.engine)
    engine = stoppable
    return stoppable
  }

  func shutdown() async {
    await engine?.shutdown()
    engine = nil
  }
}
