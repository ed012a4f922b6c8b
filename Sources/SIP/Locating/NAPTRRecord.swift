/// One way to reach a domain's service (RFC 3403, 4.1; RFC 3263, 4.1).
package struct NAPTRRecord: Hashable, Sendable {
  /// The lowest order is looked at first, and within it the lowest preference.
  package var order: UInt16
  package var preference: UInt16
  package var flags: String
  package var service: String
  /// The name to ask for next, in lower case and without the dot at its end.
  package var replacement: String

  package init(order: UInt16, preference: UInt16, flags: String, service: String, replacement: String) {
    self.order = order
    self.preference = preference
    self.flags = flags
    self.service = service
    self.replacement = replacement
  }
}

extension NAPTRRecord {
  /// What the service field of a SIP server says.
  enum Service: Hashable {
    case over(Transport)
    /// SIP over SCTP, which is not spoken here.
    case overSCTP(isSecure: Bool)
    /// Not about SIP servers: `E2U+sip`, for instance.
    case other

    /// RFC 3263, 4.1; RFC 4168; RFC 7118, 8.
    init(_ field: String) {
      switch field.lowercased() {
      case "sip+d2u": self = .over(.udp)
      case "sip+d2t": self = .over(.tcp)
      case "sips+d2t": self = .over(.tls)
      case "sip+d2w": self = .over(.ws)
      case "sips+d2w": self = .over(.wss)
      case "sip+d2s": self = .overSCTP(isSecure: false)
      case "sips+d2s": self = .overSCTP(isSecure: true)
      default: self = .other
      }
    }

    /// True for a `SIPS` service.
    var isSecure: Bool {
      switch self {
      case .over(let transport): transport.isSecure
      case .overSCTP(let isSecure): isSecure
      case .other: false
      }
    }

    /// The transport as people write it; nil for what is no SIP service.
    var transportName: String? {
      switch self {
      case .over(let transport): transport.viaName
      case .overSCTP: "SCTP"
      case .other: nil
      }
    }
  }

  /// `.other` too for a record whose flag is not `s`: it does not lead to SRV records.
  var meaning: Service { flags.lowercased() == "s" ? Service(service) : .other }
}
