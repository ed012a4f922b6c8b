import SIP

/// One message that an engine sent or received, credentials removed.
struct WireMessage: Sendable, Equatable {
  var isSent: Bool
  var peer: Endpoint
  var text: String
}
