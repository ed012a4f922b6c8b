import SIP

/// The answer to a request that reaches our contact: registrars ping what is registered (RFC 3261, 11 and 8.2).
///
/// No state is kept: the same request gets the same code again, and the To tag is made from the branch, so a
/// repeated request gets the same answer.
struct RequestAnswer {
  static let allowed: StaticString = "OPTIONS"

  let code: UInt16
  let reason: StaticString

  /// The final answer for a request's method; nil for ACK, which gets none.
  init?(method: UnsafeRawBufferPointer, isRedirected: Bool = false) {
    if method.isEqual(to: "ACK") { return nil }
    if method.isEqual(to: "OPTIONS") {
      self.init(200, "OK")
    } else if isRedirected {
      self.init(302, "Moved Temporarily")
    } else if method.isEqual(to: "INVITE") {
      self.init(480, "Temporarily Unavailable")
    } else if method.isEqual(to: "CANCEL") || method.isEqual(to: "BYE") {
      self.init(481, "Call/Transaction Does Not Exist")
    } else if method.isEqual(to: "NOTIFY") {
      self.init(481, "Subscription Does Not Exist")
    } else if RequestAnswer.known.contains(where: { method.isEqual(to: $0) }) {
      self.init(405, "Method Not Allowed")
    } else {
      self.init(501, "Not Implemented")
    }
  }

  private static let known: [StaticString] = [
    "REGISTER", "MESSAGE", "SUBSCRIBE", "PUBLISH", "INFO", "UPDATE", "PRACK", "REFER",
  ]

  private init(_ code: UInt16, _ reason: StaticString) {
    self.code = code
    self.reason = reason
  }
}
