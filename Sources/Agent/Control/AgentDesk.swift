import Reconcile
import SIP

/// Where requests from outside reach an agent's loop.
struct AgentDesk: Sendable {
  /// How all accounts stand; nil once the agent ends.
  var status: @Sendable () async -> StatusDocument?
  /// Carries a request out; the last part of the answer ends the stream.
  var request: @Sendable (AgentRequest) -> AsyncStream<AgentAnswer>
}

extension AgentDesk {
  init(_ agent: Agent, _ sink: AsyncStream<AgentInput>.Continuation) {
    status = {
      guard var document = await AgentDesk.askForStatus(sink) else { return nil }
      let now = agent.clock.time
      let resting = await agent.engine.restingServers.map { RestingServerStatus($0, at: now) }
      if !resting.isEmpty { document.agent?.restingServers = resting }
      return document
    }
    request = { request in
      let (answers, asker) = AsyncStream<AgentAnswer>.makeStream()
      sink.yield(.request(request, asker))
      return answers
    }
  }

  private static func askForStatus(_ sink: AsyncStream<AgentInput>.Continuation) async -> StatusDocument? {
    let (replies, reply) = AsyncStream<StatusDocument>.makeStream(bufferingPolicy: .bufferingNewest(1))
    sink.yield(.status(reply))
    for await document in replies { return document }
    return nil
  }
}
