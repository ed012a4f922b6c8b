import Reconcile
import SIP

/// Reads from an answer to one of our REGISTERs what the registration needs to know.
struct AnswerReader {
  let message: MessageView
  /// The contact URI that we sent.
  let contact: [UInt8]
  let instanceID: String?
  /// The `reg-id` that went with it.
  let regID: UInt32?
  /// A later flow is being removed: what is listed without its reg-id is not it, whatever the contact.
  var endsFlow = false

  var isSuccess: Bool { (200...299).contains(message.statusCode) }

  /// How often the registrar wants to hear from us on the flow, in seconds (RFC 5626, 4.4).
  var flowTimer: UInt32? {
    guard let seconds = message.value(.flowTimer)?.clampedDecimal, seconds > 0 else { return nil }
    return seconds
  }

  /// The registrar applied RFC 5626, and so answers keep-alives on a stream.
  var requiresOutbound: Bool {
    var isRequired = false
    message.forEachListValue(.require, hasAddresses: false) { value in
      if value.isEqual(ignoringCase: "outbound") { isRequired = true }
      return true
    }
    return isRequired
  }

  /// What the registration is told, and the registrar's whole list where the answer is a 2xx.
  func read() -> (answer: RegisterAnswer, bindings: [Binding]) {
    let (listing, isMalformed, bindings) = isSuccess ? contacts : (.empty, false, [])
    var answer = RegisterAnswer(
      code: message.statusCode,
      listing: listing,
      expires: message.expires,
      minExpires: message.statusCode == 423 ? message.minExpires : nil,
      retryAfter: message.retryAfter?.seconds,
      redirectTarget: (300...399).contains(message.statusCode) ? redirectTarget : ""
    )
    answer.hasMalformedExpires = isMalformed || (message.value(.expires) != nil && message.expires == nil)
    return (answer, bindings)
  }

  /// Our binding is found by comparing every contact, never by its place (RFC 3261, 10.2.4); a registrar
  /// that rewrote it still gives our instance id back (RFC 5626, 6). Under our instance id and another reg-id it is
  /// another flow's, even with the same contact. Where it is listed more than once, our own words count before an
  /// equivalent contact, that before a rewritten one, and then the shortest time.
  private var contacts: (listing: RegisterAnswer.Listing, isMalformed: Bool, bindings: [Binding]) {
    var bindings: [Binding] = []
    var toTheLetter: RegisterAnswer.Listing?
    var asSent: RegisterAnswer.Listing?
    var rewritten: RegisterAnswer.Listing?
    var isMalformed = false
    _ = message.forEachContact { entry in
      bindings.append(Binding(entry))
      guard entry.expires != 0, !isOtherFlow(entry) else { return true }
      if entry.uri.isEqual(to: contact) {
        toTheLetter = AnswerReader.shorter(toTheLetter, entry.expires)
      } else if ContactMatch.same(entry.uri, contact) {
        asSent = AnswerReader.shorter(asSent, entry.expires)
      } else if isInstance(entry.instance) {
        rewritten = AnswerReader.shorter(rewritten, entry.expires)
      } else {
        return true
      }
      if entry.isExpiresMalformed { isMalformed = true }
      return true
    }
    return (
      toTheLetter ?? asSent ?? rewritten ?? (bindings.isEmpty ? .empty : .withoutOurs), isMalformed, bindings
    )
  }

  private static func shorter(_ found: RegisterAnswer.Listing?, _ expires: UInt32?) -> RegisterAnswer.Listing
  {
    guard case .ours(let former?) = found else { return .ours(expires: expires) }
    return .ours(expires: min(former, expires ?? former))
  }

  private func isOtherFlow(_ entry: ContactView) -> Bool {
    let isOurs = isInstance(entry.instance)
    if endsFlow { return !isOurs || entry.registrationID != regID }
    guard let regID, let other = entry.registrationID, other != regID else { return false }
    return isOurs
  }

  /// The angle brackets belong to the value (RFC 5626, 4.1), not to our id.
  func isInstance(_ listed: UnsafeRawBufferPointer?) -> Bool {
    guard let listed, let instanceID, listed.count == instanceID.utf8.count + 2,
      listed.first == UInt8(ascii: "<"), listed.last == UInt8(ascii: ">")
    else { return false }
    return listed.dropFirst().dropLast().elementsEqual(instanceID.utf8)
  }

  var challenges: [ParsedChallenge] {
    let name: HeaderName
    switch message.statusCode {
    case 401: name = .wwwAuthenticate
    case 407: name = .proxyAuthenticate
    default: return []
    }
    var rows: [ParsedChallenge] = []
    message.forEachValue(name) { Challenge.parse($0, into: &rows) }
    return rows
  }
}

extension Binding {
  fileprivate init(_ contact: ContactView) {
    self.init(
      contact: contact.uri.text,
      expires: contact.expires,
      instanceID: contact.instance?.text,
      regID: contact.registrationID,
      q: contact.q.map(Binding.decimal)
    )
  }

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
  static func same(_ listed: UnsafeRawBufferPointer, _ sent: [UInt8]) -> Bool {
    if listed.isEqual(to: sent) { return true }
    guard let listed = parse(Array(listed)), let sent = parse(sent) else { return false }
    return listed.isEquivalent(to: sent)
  }

  static func same(_ listed: [UInt8], _ sent: [UInt8]) -> Bool {
    listed.withUnsafeBytes { same($0, sent) }
  }

  /// Whether two contact URIs say the same in every part.
  static func alike(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    if one == other { return true }
    guard let one = parse(one), let other = parse(other) else { return false }
    return one.isAlike(other)
  }

  /// The transport that a contact names; nil for one without.
  static func transport(_ contact: [UInt8]) -> Transport? { parse(contact)?.transport }

  static func parse(_ bytes: [UInt8]) -> SIPURI? {
    do throws(SIPURIError) { return try SIPURI(parsing: bytes[...]) } catch { return nil }
  }
}
