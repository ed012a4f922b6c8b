/// The header fields that this package reads, by their long or compact name in any case (RFC 3261, 7.3.3).
package enum HeaderName: UInt8, Sendable, CaseIterable {
  case via, from, to, callID, cseq, contact, expires, minExpires, retryAfter
  case wwwAuthenticate, proxyAuthenticate, authorization, proxyAuthorization
  case authenticationInfo, proxyAuthenticationInfo
  case contentLength, contentType, contentEncoding
  case route, recordRoute, path, serviceRoute
  case supported, unsupported, require, proxyRequire, allow, accept
  case maxForwards, userAgent, server, warning, reason, date, subject
  case event, subscriptionState, featureCaps, flowTimer, associatedURI
  /// A name that is none of these.
  case other
}

extension HeaderName {
  /// The long name as RFCs spell it.
  package var text: StaticString {
    switch self {
    case .via: "Via"
    case .from: "From"
    case .to: "To"
    case .callID: "Call-ID"
    case .cseq: "CSeq"
    case .contact: "Contact"
    case .expires: "Expires"
    case .minExpires: "Min-Expires"
    case .retryAfter: "Retry-After"
    case .wwwAuthenticate: "WWW-Authenticate"
    case .proxyAuthenticate: "Proxy-Authenticate"
    case .authorization: "Authorization"
    case .proxyAuthorization: "Proxy-Authorization"
    case .authenticationInfo: "Authentication-Info"
    case .proxyAuthenticationInfo: "Proxy-Authentication-Info"
    case .contentLength: "Content-Length"
    case .contentType: "Content-Type"
    case .contentEncoding: "Content-Encoding"
    case .route: "Route"
    case .recordRoute: "Record-Route"
    case .path: "Path"
    case .serviceRoute: "Service-Route"
    case .supported: "Supported"
    case .unsupported: "Unsupported"
    case .require: "Require"
    case .proxyRequire: "Proxy-Require"
    case .allow: "Allow"
    case .accept: "Accept"
    case .maxForwards: "Max-Forwards"
    case .userAgent: "User-Agent"
    case .server: "Server"
    case .warning: "Warning"
    case .reason: "Reason"
    case .date: "Date"
    case .subject: "Subject"
    case .event: "Event"
    case .subscriptionState: "Subscription-State"
    case .featureCaps: "Feature-Caps"
    case .flowTimer: "Flow-Timer"
    case .associatedURI: "P-Associated-URI"
    case .other: "other"
    }
  }

  /// Names a header field; the name is a token.
  package init(_ name: UnsafeRawBufferPointer) {
    guard let first = name.first else {
      self = .other
      return
    }
    if name.count == 1 {
      self = HeaderName.compact(first.asciiLowercased)
      return
    }
    let candidate = HeaderName.candidate(length: name.count, first: first.asciiLowercased, second: name[1])
    self = candidate != .other && name.isEqualToken(candidate.text) ? candidate : .other
  }

  private static func compact(_ letter: UInt8) -> HeaderName {
    switch letter {
    case UInt8(ascii: "v"): .via
    case UInt8(ascii: "f"): .from
    case UInt8(ascii: "t"): .to
    case UInt8(ascii: "i"): .callID
    case UInt8(ascii: "m"): .contact
    case UInt8(ascii: "l"): .contentLength
    case UInt8(ascii: "c"): .contentType
    case UInt8(ascii: "e"): .contentEncoding
    case UInt8(ascii: "k"): .supported
    case UInt8(ascii: "s"): .subject
    case UInt8(ascii: "o"): .event
    default: .other
    }
  }

  /// The only name of that length and first letter; Call-ID and Contact need the second.
  private static func candidate(length: Int, first: UInt8, second: UInt8) -> HeaderName {
    switch (length, first) {
    case (2, UInt8(ascii: "t")): .to
    case (3, UInt8(ascii: "v")): .via
    case (4, UInt8(ascii: "f")): .from
    case (4, UInt8(ascii: "c")): .cseq
    case (4, UInt8(ascii: "d")): .date
    case (4, UInt8(ascii: "p")): .path
    case (5, UInt8(ascii: "a")): .allow
    case (5, UInt8(ascii: "e")): .event
    case (5, UInt8(ascii: "r")): .route
    case (6, UInt8(ascii: "a")): .accept
    case (6, UInt8(ascii: "r")): .reason
    case (6, UInt8(ascii: "s")): .server
    case (7, UInt8(ascii: "c")): second.asciiLowercased == UInt8(ascii: "a") ? .callID : .contact
    case (7, UInt8(ascii: "e")): .expires
    case (7, UInt8(ascii: "r")): .require
    case (7, UInt8(ascii: "s")): .subject
    case (7, UInt8(ascii: "w")): .warning
    case (9, UInt8(ascii: "s")): .supported
    case (10, UInt8(ascii: "f")): .flowTimer
    case (10, UInt8(ascii: "u")): .userAgent
    case (11, UInt8(ascii: "m")): .minExpires
    case (11, UInt8(ascii: "r")): .retryAfter
    case (11, UInt8(ascii: "u")): .unsupported
    case (12, UInt8(ascii: "c")): .contentType
    case (12, UInt8(ascii: "f")): .featureCaps
    case (12, UInt8(ascii: "m")): .maxForwards
    case (12, UInt8(ascii: "r")): .recordRoute
    case (13, UInt8(ascii: "a")): .authorization
    case (13, UInt8(ascii: "p")): .proxyRequire
    case (13, UInt8(ascii: "s")): .serviceRoute
    case (14, UInt8(ascii: "c")): .contentLength
    case (16, UInt8(ascii: "c")): .contentEncoding
    case (16, UInt8(ascii: "p")): .associatedURI
    case (16, UInt8(ascii: "w")): .wwwAuthenticate
    case (18, UInt8(ascii: "p")): .proxyAuthenticate
    case (18, UInt8(ascii: "s")): .subscriptionState
    case (19, UInt8(ascii: "a")): .authenticationInfo
    case (19, UInt8(ascii: "p")): .proxyAuthorization
    case (25, UInt8(ascii: "p")): .proxyAuthenticationInfo
    default: .other
    }
  }
}

extension HeaderName: CustomStringConvertible {
  package var description: String { text.description }
}
