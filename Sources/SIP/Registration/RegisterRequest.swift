/// One REGISTER to be written: everything that differs from one to the next.
package struct RegisterRequest: Equatable, Sendable {
  package enum Purpose: Equatable, Sendable {
    /// Bind our contact, or go on binding it.
    case bind
    /// Remove our contact.
    case unbind
    /// Ask for the list: neither Contact nor Expires (RFC 3261, 10.2.3).
    case fetch
  }

  package var purpose: Purpose
  package var cseq: UInt32
  /// The lifetime to ask for, in seconds; 0 for an unbind, meaningless for a fetch.
  package var expires: UInt32

  package init(purpose: Purpose, cseq: UInt32, expires: UInt32) {
    self.purpose = purpose
    self.cseq = cseq
    self.expires = expires
  }
}
