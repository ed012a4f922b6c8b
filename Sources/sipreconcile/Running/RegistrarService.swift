import Reconcile

/// Keeps a registrar running until a signal ends it, and lists its bindings when asked.
struct RegistrarService: Sendable {
  let registrar: any RunningRegistrar
  let lines: RegistrarLines

  private enum Signal: Sendable {
    case list
    case end(Interruption)
  }

  func serve(_ surroundings: Surroundings) async -> Interruption {
    let (signals, sink) = AsyncStream<Signal>.makeStream()
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await interruption in surroundings.interruptions() { sink.yield(.end(interruption)) }
      }
      group.addTask { for await _ in surroundings.listRequests() { sink.yield(.list) } }
      defer { group.cancelAll() }
      for await signal in signals {
        switch signal {
        case .list: lines.bindings(await registrar.bindings())
        case .end(let interruption): return interruption
        }
      }
      return .terminate
    }
  }
}
