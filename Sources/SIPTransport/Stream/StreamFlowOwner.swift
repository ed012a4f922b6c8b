/// What a stream flow tells its owner, always on the flow's event loop.
///
///     opened ─▶ received, receivedPong, receivedAll … ─▶ closed        or, once and alone:  failed
///
/// After `failed` or `closed` a flow says nothing more, and after the owner's own `close()` neither.
package protocol StreamFlowOwner: AnyObject {
  /// The flow can be written to: connected, and over TLS the peer's identity is proved.
  func opened(_ flow: StreamFlow)
  /// One whole message. `bytes` are valid during the call only.
  ///
  /// - Parameter hasLength: false where a stream's message had no Content-Length, and was taken as one
  ///   without a body; worth a warning. Always true over WebSocket, whose frames say where messages end.
  func received(_ bytes: UnsafeRawBufferPointer, hasLength: Bool, on flow: StreamFlow)
  /// The peer answered a keep-alive, or sent one, which the flow has answered already.
  func receivedPong(on flow: StreamFlow)
  /// No more for now: the moment to send what came of it.
  func receivedAll(on flow: StreamFlow)
  /// The flow could not be opened.
  func failed(_ flow: StreamFlow, failure: FlowFailure)
  /// The open flow is no more, whoever ended it.
  func closed(_ flow: StreamFlow, failure: FlowFailure)
}
