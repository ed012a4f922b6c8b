/// What a final answer to one of our REGISTERs says, read from the message.
package struct RegisterAnswer: Equatable, Sendable {
  /// Whether a 2xx lists the contact that we sent (RFC 3261, 10.2.4).
  package enum Listing: Equatable, Sendable {
    /// The answer has no Contact at all.
    case empty
    /// There are contacts, and ours is not among them, or has `expires=0`.
    case withoutOurs
    /// Ours is listed; with its own `expires`, where it has one.
    case ours(expires: UInt32?)
  }

  package var code: UInt16
  package var listing: Listing
  /// The Expires header field.
  package var expires: UInt32?
  package var minExpires: UInt32?
  /// How long before its end the registrar wants a binding to be refreshed, in seconds (RFC 8599, 4.1.4).
  package var refreshLead: UInt32?
  /// Seconds, as read: capped where it is used.
  package var retryAfter: UInt32?
  /// An `expires` of our contact, or else the Expires row, is no number.
  package var hasMalformedExpires = false
  /// The request has been changed so that what was refused is no longer in it: worth one more try at once.
  package var isAmended = false
  /// Where a 3xx points to; empty where it names nothing.
  package var redirectTarget: String
  /// Its targets that may be followed, in the order of the answer.
  package var redirects: [RedirectTarget] = []

  package init(
    code: UInt16,
    listing: Listing = .empty,
    expires: UInt32? = nil,
    minExpires: UInt32? = nil,
    retryAfter: UInt32? = nil,
    redirectTarget: String = ""
  ) {
    self.code = code
    self.listing = listing
    self.expires = expires
    self.minExpires = minExpires
    self.retryAfter = retryAfter
    self.redirectTarget = redirectTarget
  }
}
