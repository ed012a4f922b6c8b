import SIP

/// The messages of one question and its answers, as far as they matter to a diagnosis.
struct FetchExchange: Sendable, Equatable {
  /// What a server asks for in one row of a 401 or 407.
  struct Offer: Sendable, Equatable, Hashable {
    /// Nil for a scheme that is no digest.
    var realm: String?
    /// The algorithm or the scheme as the server names it.
    var name: String
    var isAnswerable: Bool
  }

  /// The server that was asked last.
  var server: Endpoint?
  /// What was asked for, each once, in the order of the rows.
  var offers: [Offer] = []
  /// The last request had credentials.
  var sentCredentials = false
  /// The final answer to the last request.
  var code: UInt16?
  var reason = ""
  /// The server's Date in its last final answer that had one, in seconds since 1970.
  var date: Int64?
  /// The last request's CSeq.
  private var sequence: UInt32?

  init() {}

  /// Reads what went over the wire under one Call-ID, in order.
  init(_ messages: [WireMessage], callID: String) {
    for message in messages { take(message, callID) }
  }

  private mutating func take(_ message: WireMessage, _ callID: String) {
    Array(message.text.utf8).withUnsafeBytes { bytes in
      var index = MessageIndex()
      do throws(MessageError) {
        try index.parse(bytes, headLimit: MessageLimits.streamHead)
      } catch {
        // What the engine dropped tells nothing.
        return
      }
      let view = MessageView(bytes: bytes, index: index)
      guard view.callID?.elementsEqual(callID.utf8) == true else { return }
      if view.isRequest { sent(view, to: message.peer) } else { answered(view) }
    }
  }

  private mutating func sent(_ request: MessageView, to peer: Endpoint) {
    let number = request.cseq?.number
    if number != sequence { code = nil }
    sequence = number
    server = peer
    sentCredentials = request.value(.authorization) != nil || request.value(.proxyAuthorization) != nil
  }

  private mutating func answered(_ answer: MessageView) {
    // An answer to an earlier request that comes twice says nothing new.
    guard answer.statusCode >= 200, answer.cseq?.number == sequence else { return }
    date = answer.date ?? date
    code = answer.statusCode
    reason = answer.reasonPhrase
    let rows: HeaderName
    switch answer.statusCode {
    case 401: rows = .wwwAuthenticate
    case 407: rows = .proxyAuthenticate
    default: return
    }
    answer.forEachValue(rows) { row in
      let offer = Offer(Challenge.parse(row))
      if !offers.contains(offer) { offers.append(offer) }
    }
  }
}

extension FetchExchange.Offer {
  init(_ parsed: ParsedChallenge) {
    switch parsed {
    case .digest(let challenge):
      realm = challenge.realm
      name = challenge.algorithmText ?? DigestAlgorithm.md5.rawValue
      isAnswerable = challenge.isAnswerable
    case .bearer(let challenge):
      realm = challenge.realm
      name = challenge.authzServer.map { "Bearer of \($0)" } ?? "Bearer"
      isAnswerable = false
    case .otherScheme(let scheme):
      name = scheme
      isAnswerable = false
    case .malformed:
      name = "a challenge that cannot be read"
      isAnswerable = false
    case .refused(let weakening):
      name = "\(weakening)"
      isAnswerable = false
    }
  }
}
