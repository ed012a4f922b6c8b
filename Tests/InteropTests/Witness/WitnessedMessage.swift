import SIP

/// One message that a registrar took or gave, as it was on the wire.
struct WitnessedMessage: Sendable {
  enum Kind: Sendable, Equatable {
    /// A REGISTER, or another of the very same transaction.
    case request
    case answer(UInt16)
  }

  var kind: Kind
  /// Which of the processes that a test runs one after another was the client.
  var life: Int
  var at: Instant
  /// The address of record as a URI.
  var identity: String
  var callID: String
  var cseq: UInt32
  var branch: String
  /// The URIs of the contacts.
  var contacts: [String]
  var bytes: [UInt8]

  /// Nil for what cannot be read as SIP.
  init?(_ bytes: [UInt8], life: Int, at now: Instant) {
    let message: SIPMessage
    do { message = try SIPMessage(bytes) } catch { return nil }
    self.life = life
    self.bytes = bytes
    at = now
    (kind, identity, callID) = message.withView { view in
      let kind = view.isRequest ? Kind.request : .answer(view.statusCode)
      return (kind, view.to?.uri.text ?? "", view.callID?.text ?? "")
    }
    (cseq, branch) = message.withView { ($0.cseq?.number ?? 0, $0.topVia?.branch?.text ?? "") }
    contacts = message.withView { view in
      var uris: [String] = []
      _ = view.forEachContact {
        uris.append($0.uri.text)
        return true
      }
      return uris
    }
  }

  /// The user part of the identity.
  var user: String { String(identity.drop { $0 != ":" }.dropFirst().prefix { $0 != "@" }) }

  var isRequest: Bool { kind == .request }

  /// True for a REGISTER that could bind or remove something.
  var changesBindings: Bool { isRequest && !contacts.isEmpty }

  var isFinalAnswer: Bool {
    guard case .answer(let status) = kind else { return false }
    return status >= 200
  }
}

extension WitnessedMessage: CustomStringConvertible {
  var description: String {
    let name = if case .answer(let status) = kind { "\(status)" } else { "REGISTER" }
    return "#\(life) \(name) of \(identity), CSeq \(cseq) of \(callID), \(contacts)"
  }
}
