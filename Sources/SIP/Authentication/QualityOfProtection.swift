/// The qop values that a challenge offers (RFC 7616, 3.3); empty where it offers none, as RFC 2069 did.
package struct QualityOfProtection: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let auth = QualityOfProtection(rawValue: 1)
  package static let authInt = QualityOfProtection(rawValue: 2)
  /// Some value that we do not know.
  package static let unknown = QualityOfProtection(rawValue: 4)

  /// Reads a list such as `auth-int , auth,foo`: any order, spaces, unknown values.
  init(list: UnsafeRawBufferPointer) {
    self = []
    for part in list.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0.isBlank }) {
      let name = UnsafeRawBufferPointer(rebasing: part)
      if name.equalsIgnoringCase("auth") {
        insert(.auth)
      } else if name.equalsIgnoringCase("auth-int") {
        insert(.authInt)
      } else {
        insert(.unknown)
      }
    }
  }

  /// What we answer with: `auth` before `auth-int`, which breaks behind proxies that touch bodies; nil where
  /// only unknown values are offered.
  package var answer: Answer? {
    if contains(.auth) { return .auth }
    if contains(.authInt) { return .authInt }
    return isEmpty ? Answer.none : nil
  }

  /// The qop of an answer.
  package enum Answer: UInt8, Sendable {
    /// The form of RFC 2069, without qop, cnonce and nc (RFC 3261, 22.4 item 8).
    case none
    case auth
    case authInt
  }
}
