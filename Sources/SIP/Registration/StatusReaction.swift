/// What a final status code means for a registration (RFC 3261, 21; the status table of the tests).
package enum StatusReaction: Equatable, Sendable {
  /// 2xx; whether the binding is there is another question.
  case success
  /// 401 and 407.
  case challenge
  /// 423.
  case intervalTooBrief
  /// 3xx.
  case redirect
  /// 408 and 503: the next server first, then back-off.
  case nextServer
  /// Try again after a growing pause.
  case backOff
  /// The same, and under a new Call-ID: the registrar lost track of ours (481).
  case backOffAnew
  /// Asking again as we are would not help: a long pause, until something changes.
  case hold

  /// An unknown code is handled as the x00 of its class (RFC 3261, 8.1.3.2).
  package init(code: UInt16) {
    switch code {
    case 200...299: self = .success
    case 300...399: self = .redirect
    case 401, 407: self = .challenge
    case 408, 503: self = .nextServer
    case 423: self = .intervalTooBrief
    case 480, 486, 500, 502, 504, 580, 600, 603: self = .backOff
    case 481: self = .backOffAnew
    case 501, 505, 513, 555, 604, 606: self = .hold
    case 500...599: self = .backOff
    case 600...699: self = .backOff
    case 400...499: self = .hold
    default: self = .hold
    }
  }

  /// True for codes whose Retry-After is honoured (RFC 3261, 20.33).
  package static func honoursRetryAfter(_ code: UInt16) -> Bool {
    switch code {
    case 404, 413, 480, 486, 500, 503, 600, 603: true
    default: false
    }
  }

  /// True if a code to an unregister means that nothing is bound there (404, 410, 604).
  package static func meansAbsent(_ code: UInt16) -> Bool { code == 404 || code == 410 || code == 604 }
}
