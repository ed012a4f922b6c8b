import Reconcile
import SIP

/// Reads from an answer to one of our REGISTERs what the registration needs to know.
struct AnswerReader {
  let message: MessageView
  /// The contact URI that we sent.
  let contact: [UInt8]
  let instanceID: String?

  var answer: RegisterAnswer {
    RegisterAnswer(
      code: message.statusCode,
      listing: (200...299).contains(message.statusCode) ? listing : .empty,
      expires: message.expires,
      minExpires: message.statusCode == 423 ? message.minExpires : nil,
      retryAfter: message.retryAfter?.seconds,
      redirectTarget: (300...399).contains(message.statusCode) ? redirectTarget : ""
    )
  }

  /// Our binding is found by comparing every contact, never by its place (RFC 3261, 10.2.4); a registrar
  /// that rewrote it still gives our instance id back (RFC 5626, 6). Where it is listed more than once, the
  /// contact as we sent it counts before a rewritten one, and then the shortest time.
  private var listing: RegisterAnswer.Listing {
    var isEmpty = true
    var asSent: RegisterAnswer.Listing?
    var rewritten: RegisterAnswer.Listing?
    _ = message.forEachContact { entry in
      isEmpty = false
      guard entry.expires != 0 else { return true }
      if ContactMatch.same(entry.uri, contact) {
        asSent = AnswerReader.shorter(asSent, entry.expires)
      } else if isInstance(entry.instance) {
        rewritten = AnswerReader.shorter(rewritten, entry.expires)
      }
      return true
    }
    return asSent ?? rewritten ?? (isEmpty ? .empty : .withoutOurs)
  }

  private static func shorter(_ found: RegisterAnswer.Listing?, _ expires: UInt32?) -> RegisterAnswer.Listing
  {
    guard case .ours(let former?) = found else { return .ours(expires: expires) }
    return .ours(expires: min(former, expires ?? former))
  }

  /// The angle brackets belong to the value (RFC 5626, 4.1), not to our id.
  private func isInstance(_ listed: UnsafeRawBufferPointer?) -> Bool {
    guard let listed, let instanceID, listed.count == instanceID.utf8.count + 2,
      listed.first == UInt8(ascii: "<"), listed.last == UInt8(ascii: ">")
    else { return false }
    return listed.dropFirst().dropLast().elementsEqual(instanceID.utf8)
  }

  /// Where a 3xx points to first; empty where it names nothing that can be read.
  private var redirectTarget: String {
    var target = ""
    _ = message.forEachContact { entry in
      target = ServerText.escape(entry.uri.text)
      return false
    }
    return target
  }

  var challenges: [ParsedChallenge] {
    let name: HeaderName
    switch message.statusCode {
    case 401: name = .wwwAuthenticate
    case 407: name = .proxyAuthenticate
    default: return []
    }
    var rows: [ParsedChallenge] = []
    message.forEachValue(name) { rows.append(Challenge.parse($0)) }
    return rows
  }

  /// The registrar's whole list.
  var bindings: [Binding] {
    var list: [Binding] = []
    _ = message.forEachContact { entry in
      list.append(
        Binding(
          contact: entry.uri.text,
          expires: entry.expires,
          instanceID: entry.instance?.text,
          regID: entry.registrationID,
          q: entry.q.map(Binding.decimal)
        )
      )
      return true
    }
    return list
  }
}

extension Binding {
  /// A preference in thousandths as it is written: `0.75`.
  fileprivate static func decimal(_ thousandths: UInt16) -> String {
    guard thousandths % 1000 != 0 else { return "\(thousandths / 1000)" }
    var digits = String(thousandths % 1000 + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(thousandths / 1000).\(digits)"
  }
}

/// Whether two contact URIs are the same (RFC 3261, 19.1.4), byte by byte first.
enum ContactMatch {
  static func same(_ listed: some Collection<UInt8>, _ sent: [UInt8]) -> Bool {
    if listed.elementsEqual(sent) { return true }
    guard let listed = parse(Array(listed)), let sent = parse(sent) else { return false }
    return listed.isEquivalent(to: sent)
  }

  private static func parse(_ bytes: [UInt8]) -> SIPURI? {
    do throws(SIPURIError) { return try SIPURI(parsing: bytes[...]) } catch { return nil }
  }
}
