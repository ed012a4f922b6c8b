import CAres
import SIP

/// That c-ares could not be set up.
package struct AresFailure: Error, Hashable, Sendable, CustomStringConvertible {
  let status: Int32

  package var description: String {
    "the resolver cannot be set up: " + String(cString: ares_strerror(status))
  }

  static func check(_ status: Int32) throws(AresFailure) {
    guard status == 0 else { throw AresFailure(status: status) }
  }

  static let closed = ARES_EDESTRUCTION
}

extension DNSResult {
  /// What c-ares made of a query.
  init(status: Int32, answer: [UInt8], to query: DNSQuery) {
    switch status {
    case ARES_SUCCESS, ARES_ENODATA, ARES_ENOTFOUND:
      self = DNSMessageReader.result(answer, for: query)
    case ARES_ESERVFAIL, ARES_ENOTIMP: self = .failed(.serverFailed)
    case ARES_EREFUSED: self = .failed(.refused)
    case ARES_ETIMEOUT: self = .failed(.timedOut)
    case ARES_EBADNAME, ARES_EBADQUERY: self = .failed(.badName)
    case ARES_ECANCELLED, ARES_EDESTRUCTION: self = .failed(.stopped)
    case ARES_EFORMERR, ARES_EBADRESP: self = .failed(.malformed)
    default: self = .failed(.unreachable)
    }
  }
}
