/// The bytes that all REGISTERs of one registration share, built once, so that writing one is a few copies
/// and no intermediate strings.
///
/// Rows come in a fixed order: Via, Route, Max-Forwards, From, To, Call-ID, CSeq, Contact, Expires,
/// credentials, Supported, extra rows, User-Agent, Content-Length (RFC 3261, 7.3.1 and 8.1.1).
package struct RequestShape: Sendable {
  /// What of an account goes into its REGISTERs.
  package struct Parts: Sendable {
    package var identity: NameAddress
    package var registrar: SIPURI
    package var routes: [SIPURI]
    package var fromTag: String
    package var callID: String
    /// Complete rows without their line ends: `Name: value`.
    package var extraRows: [String]
    package var supported: [String]
    /// Nil sends no User-Agent.
    package var userAgent: String?

    package init(identity: NameAddress, registrar: SIPURI, fromTag: String, callID: String) {
      self.identity = identity
      self.registrar = registrar
      self.fromTag = fromTag
      self.callID = callID
      routes = []
      extraRows = []
      supported = ["path"]
    }
  }

  /// The Request-URI, which is also the digest `uri` to the byte (RFC 3261, 22.4).
  package let requestURI: [UInt8]
  package let callID: String
  /// From the end of the Via to `CSeq: `.
  private let head: [UInt8]
  /// From the end of the credentials to the end of the message.
  private let tail: [UInt8]

  package init(_ parts: Parts) {
    var routes = parts.routes
    var target = parts.registrar.asRequestURI
    if let first = routes.first, first.parameter("lr") == nil {
      // A strict router takes the Request-URI's place, and the real one ends the route (RFC 3261, 12.2.1.1).
      routes.removeFirst()
      routes.append(target)
      target = first.asRequestURI
    }
    requestURI = Array(target.description.utf8)
    callID = parts.callID

    var head = ""
    if !routes.isEmpty {
      head += "Route: " + routes.map { "<\($0)>" }.joined(separator: ", ") + "\r\n"
    }
    head += "Max-Forwards: 70\r\n"
    head += "From: \(parts.identity);tag=\(parts.fromTag)\r\n"
    head += "To: \(parts.identity)\r\n"
    head += "Call-ID: \(parts.callID)\r\nCSeq: "
    self.head = Array(head.utf8)

    var tail = ""
    if !parts.supported.isEmpty { tail += "Supported: \(parts.supported.joined(separator: ", "))\r\n" }
    for row in parts.extraRows { tail += row + "\r\n" }
    if let userAgent = parts.userAgent, !userAgent.isEmpty { tail += "User-Agent: \(userAgent)\r\n" }
    tail += "Content-Length: 0\r\n\r\n"
    self.tail = Array(tail.utf8)
  }

  /// Where a request is sent from, as its Via says.
  package struct Sender: Sendable {
    /// `SIP/2.0/UDP host:port;rport;branch=` with what the flow fixes.
    package let viaPrefix: [UInt8]

    package init(transport: Transport, sentBy: String) {
      viaPrefix = Array("\r\nVia: SIP/2.0/\(transport.viaName) \(sentBy);rport;branch=".utf8)
    }
  }

  /// The contacts of one request.
  package struct Contacts {
    /// The contact URI and the contact's header parameters but `expires`, `<uri>;q=0.5`; empty for a fetch.
    package var ours: [UInt8]
    /// A contact of ours to remove with the same request; empty for none.
    package var stale: [UInt8]

    package init(ours: [UInt8], stale: [UInt8] = []) {
      self.ours = ours
      self.stale = stale
    }
  }

  /// Appends the request up to its CSeq, Contact and Expires; credentials come next, then `finish`.
  package func start(
    _ request: RegisterRequest,
    from sender: Sender,
    branch: Branch,
    contacts: Contacts,
    into message: inout [UInt8]
  ) {
    message.append(contentsOf: "REGISTER ".utf8)
    message.append(contentsOf: requestURI)
    message.append(contentsOf: " SIP/2.0".utf8)
    message.append(contentsOf: sender.viaPrefix)
    branch.append(to: &message)
    message.append(contentsOf: "\r\n".utf8)
    message.append(contentsOf: head)
    message.append(decimal: request.cseq)
    message.append(contentsOf: " REGISTER\r\n".utf8)
    switch request.purpose {
    case .fetch: return
    case .bind, .unbind:
      message.append(contentsOf: "Contact: ".utf8)
      message.append(contentsOf: contacts.ours)
      message.append(contentsOf: ";expires=".utf8)
      message.append(decimal: request.expires)
      if !contacts.stale.isEmpty {
        message.append(contentsOf: ", ".utf8)
        message.append(contentsOf: contacts.stale)
        message.append(contentsOf: ";expires=0".utf8)
      }
      message.append(contentsOf: "\r\nExpires: ".utf8)
      message.append(decimal: request.expires)
      message.append(contentsOf: "\r\n".utf8)
    }
  }

  /// Appends what follows the credentials.
  package func finish(into message: inout [UInt8]) { message.append(contentsOf: tail) }
}
