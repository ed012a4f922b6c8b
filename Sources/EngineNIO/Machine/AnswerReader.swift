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
      retryAfter: message.retryAfter?.seconds
    )
  }

  /// Our binding is found by comparing every contact, never by its place (RFC 3261, 10.2.4); a registrar
  /// that rewrote it still gives our instance id back (RFC 5626, 6).
  private var listing: RegisterAnswer.Listing {
    var found = RegisterAnswer.Listing.empty
    _ = message.forEachContact { entry in
      let isOurs =
        ContactMatch.same(entry.uri, contact) || isInstance(entry.instance)
      if isOurs, entry.expires != 0 {
        found = .ours(expires: entry.expires)
        return false
      }
      found = .withoutOurs
      return true
    }
    return found
  }

  private func isInstance(_ listed: UnsafeRawBufferPointer?) -> Bool {
    guard let listed, let instanceID else { return false }
    return listed.elementsEqual(instanceID.utf8)
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
