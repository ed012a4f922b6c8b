import NIOCore
import NIOPosix
import SIP

@testable import SIPTransport

/// What a flow told its owner.
enum FlowEvent: Equatable, Sendable {
  case opened(local: Endpoint?)
  case message(String, hasLength: Bool)
  case pong
  case failed(FlowFailure)
  case closed(FlowFailure)
}

/// A flow with an owner that writes down all it is told.
final class FlowProbe: Sendable {
  private let loop: any EventLoop
  private let flow: NIOLoopBoundBox<(StreamFlow, Recorder)>
  let events: AsyncStream<FlowEvent>

  private init(
    loop: any EventLoop,
    flow: NIOLoopBoundBox<(StreamFlow, Recorder)>,
    events: AsyncStream<FlowEvent>
  ) {
    self.loop = loop
    self.flow = flow
    self.events = events
  }

  static func open(
    _ target: StreamTarget,
    _ settings: StreamSettings = StreamSettings()
  ) async throws -> FlowProbe {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let (events, sink) = AsyncStream<FlowEvent>.makeStream()
    let flow = try await loop.submit {
      let recorder = Recorder(sink: sink)
      let flow = StreamConnector(loop: loop, settings: settings).open(target, number: 7, owner: recorder)
      return NIOLoopBoundBox((flow, recorder), eventLoop: loop)
    }.get()
    return FlowProbe(loop: loop, flow: flow, events: events)
  }

  func perform<Result: Sendable>(_ body: @escaping @Sendable (StreamFlow) -> Result) async throws -> Result {
    try await loop.submit { [flow] in body(flow.value.0) }.get()
  }

  func send(_ messages: String...) async throws {
    try await perform { flow in
      for message in messages { flow.send(Array(message.utf8)) }
      flow.flush()
    }
  }

  func close() async throws { try await perform { $0.close() } }

  /// The next events, as many as are asked for, or all up to the end.
  func next(_ count: Int) async -> [FlowEvent] {
    var found: [FlowEvent] = []
    for await event in events {
      found.append(event)
      if found.count == count { break }
    }
    return found
  }

  /// The failure that the flow ended with, before or after it opened.
  func failure() async -> FlowFailure? {
    for await event in events {
      switch event {
      case .failed(let failure), .closed(let failure): return failure
      case .opened, .message, .pong: continue
      }
    }
    return nil
  }
}

private final class Recorder: StreamFlowOwner {
  private let sink: AsyncStream<FlowEvent>.Continuation

  init(sink: AsyncStream<FlowEvent>.Continuation) { self.sink = sink }

  func opened(_ flow: StreamFlow) { sink.yield(.opened(local: flow.local)) }

  func received(_ bytes: UnsafeRawBufferPointer, hasLength: Bool, on flow: StreamFlow) {
    sink.yield(.message(bytes.text, hasLength: hasLength))
  }

  func receivedPong(on flow: StreamFlow) { sink.yield(.pong) }

  func receivedAll(on flow: StreamFlow) {}

  func failed(_ flow: StreamFlow, failure: FlowFailure) { end(.failed(failure)) }

  func closed(_ flow: StreamFlow, failure: FlowFailure) { end(.closed(failure)) }

  private func end(_ event: FlowEvent) {
    sink.yield(event)
    sink.finish()
  }
}
