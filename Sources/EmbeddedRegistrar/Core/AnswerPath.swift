package import SIP

/// The way that an answer takes back.
package enum AnswerPath: Hashable, Sendable {
  case datagram(to: Endpoint)
  /// The connection that the request came on, by its number (RFC 3261, 18.2.2).
  case stream(Int)

  func action(_ answer: [UInt8]) -> RegistrarAction {
    switch self {
    case .datagram(let peer): .send(answer, to: peer)
    case .stream(let number): .reply(answer, stream: number)
    }
  }
}
