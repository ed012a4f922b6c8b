import Reconcile
import SIP

/// Where requests from outside reach an agent's loop.
struct AgentDesk: Sendable {
  /// How all accounts stand; nil once the agent ends.
  var status: @Sendable () async -> StatusDocument?
  /// What it can be measured by; nil once the agent ends.
  var metrics: @Sendable () async -> MetricsSnapshot?
  /// Whether it does its work; nil once the agent ends.
  var health: @Sendable () async -> AgentHealth?
  /// Carries a request out; the last part of the answer ends the stream.
  var request: @Sendable (AgentRequest) -> AsyncStream<AgentAnswer>
}

extension AgentDesk {
  init(_ agent: Agent, _ sink: AsyncStream<AgentInput>.Continuation) {
    status = {
      guard var document = await AgentDesk.ask(sink, AgentInput.status) else { return nil }
      let now = agent.clock.time
      let resting = await agent.engine.restingServers.map { RestingServerStatus($0, at: now) }
      if !resting.isEmpty { document.agent?.restingServers = resting }
      return document
    }
    metrics = {
      guard var snapshot = await AgentDesk.ask(sink, AgentInput.metrics) else { return nil }
      snapshot.restingServers = await agent.engine.restingServers.count
      return snapshot
    }
    health = { await AgentDesk.ask(sink, AgentInput.health) }
    request = { request in
      let (answers, asker) = AsyncStream<AgentAnswer>.makeStream()
      sink.yield(.request(request, asker))
      return answers
    }
  }

  /// Puts a question to the loop; nil where it ends before it answers.
  private static func ask<Answer: Sendable>(
    _ sink: AsyncStream<AgentInput>.Continuation,
    _ question: (AsyncStream<Answer>.Continuation) -> AgentInput
  ) async -> Answer? {
    let (replies, reply) = AsyncStream<Answer>.makeStream(bufferingPolicy: .bufferingNewest(1))
    sink.yield(question(reply))
    for await answer in replies { return answer }
    return nil
  }
}
