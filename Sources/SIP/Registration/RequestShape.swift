/// What all REGISTERs of one registration have in common, so that writing one is a few copies and no
/// intermediate strings. Most of it is the same in a whole fleet, and lies in memory once.
///
/// Rows come in a fixed order: Via, Route, Max-Forwards, From, To, Call-ID, CSeq, Contact, Expires,
/// credentials, Supported, extra rows, User-Agent, Content-Length (RFC 3261, 7.3.1 and 8.1.1).
package struct RequestShape: Sendable {
  /// What of an account goes into its REGISTERs, beside the identity.
  package struct Parts: Sendable {
    package var registrar: SIPURI
    package var routes: [SIPURI]
    /// Written as 16 hexadecimal digits.
    package var fromTag: UInt64
    package var callID: String
    /// Complete rows without their line ends: `Name: value`.
    package var extraRows: [String]
    package var supported: [String]
    /// Nil sends no User-Agent.
    package var userAgent: String?

    package init(registrar: SIPURI, fromTag: UInt64, callID: String) {
      self.registrar = registrar
      self.fromTag = fromTag
      self.callID = callID
      routes = []
      extraRows = []
      supported = ["path"]
    }
  }

  /// What the requests of many registrations have in common.
  fileprivate struct Common: Sendable, Equatable {
    var requestURI: [UInt8] = []
    /// The Route row with its line end, or nothing.
    var route: [UInt8] = []
    /// From the end of the credentials to the end of the message.
    var tail: [UInt8] = []
  }

  package let callID: String
  private let fromTag: UInt64
  /// One element, which shapes share.
  private let common: [Common]

  /// The Request-URI, which is also the digest `uri` to the byte (RFC 3261, 22.4).
  package var requestURI: [UInt8] { common[0].requestURI }

  /// Takes what is the same in another shape from there.
  package init(_ parts: Parts, sharing other: RequestShape? = nil) {
    callID = parts.callID
    fromTag = parts.fromTag
    let own = Common(parts)
    common = other?.common.first == own ? other?.common ?? [own] : [own]
  }

  /// Where a request is sent from, as its Via says.
  package struct Sender: Sendable {
    /// `SIP/2.0/UDP host:port;rport;branch=` with what the flow fixes.
    package let viaPrefix: [UInt8]

    package init(transport: Transport, sentBy: String, offersOverloadControl: Bool = false) {
      let offer = offersOverloadControl ? OverloadFeedback.offer : ""
      viaPrefix = Array("\r\nVia: SIP/2.0/\(transport.viaName) \(sentBy);rport\(offer);branch=".utf8)
    }
  }

  /// Writes another sender into a finished request.
  package func replace(_ sender: Sender, by other: Sender, in message: inout [UInt8]) {
    let start = "REGISTER ".utf8.count + requestURI.count + " SIP/2.0".utf8.count
    let end = start + sender.viaPrefix.count
    precondition(message[start..<end].elementsEqual(sender.viaPrefix), "not the sender of this request")
    message.replaceSubrange(start..<end, with: other.viaPrefix)
  }

  /// The contacts of one request.
  package struct Contacts {
    /// The contact URI; empty for a fetch.
    package var ours: [UInt8]
    /// Its header parameters but `expires`, such as `;q=0.5`; empty for none.
    package var parameters: [UInt8]
    /// A contact of ours to remove with the same request; empty for none.
    package var stale: [UInt8]

    package init(ours: [UInt8], parameters: [UInt8] = [], stale: [UInt8] = []) {
      self.ours = ours
      self.parameters = parameters
      self.stale = stale
    }
  }

  /// Appends the request up to its CSeq, Contact and Expires; credentials come next, then `finish`.
  ///
  /// - Parameter registrant: Who registers the identity; nil where it registers itself.
  package func start(
    _ request: RegisterRequest,
    of identity: NameAddress,
    by registrant: NameAddress?,
    from sender: Sender,
    branch: Branch,
    contacts: Contacts,
    into message: inout [UInt8]
  ) {
    message.append(literal: "REGISTER ")
    message.append(contentsOf: requestURI)
    message.append(literal: " SIP/2.0")
    message.append(contentsOf: sender.viaPrefix)
    branch.append(to: &message)
    message.append(literal: "\r\n")
    message.append(contentsOf: common[0].route)
    message.append(literal: "Max-Forwards: 70\r\nFrom: ")
    message.append(nameAddress: registrant ?? identity)
    message.append(literal: ";tag=")
    message.append(hexadecimal: fromTag, digits: 16)
    message.append(literal: "\r\nTo: ")
    message.append(nameAddress: identity)
    message.append(literal: "\r\nCall-ID: ")
    message.append(string: callID)
    message.append(literal: "\r\nCSeq: ")
    message.append(decimal: request.cseq)
    message.append(literal: " REGISTER\r\n")
    switch request.purpose {
    case .fetch: return
    case .bind, .unbind:
      message.append(literal: "Contact: <")
      message.append(contentsOf: contacts.ours)
      message.append(UInt8(ascii: ">"))
      message.append(contentsOf: contacts.parameters)
      message.append(literal: ";expires=")
      message.append(decimal: request.expires)
      if !contacts.stale.isEmpty {
        message.append(literal: ", ")
        message.append(contentsOf: contacts.stale)
        message.append(literal: ";expires=0")
      }
      message.append(literal: "\r\nExpires: ")
      message.append(decimal: request.expires)
      message.append(literal: "\r\n")
    }
  }

  /// Appends what follows the credentials.
  package func finish(into message: inout [UInt8]) { message.append(contentsOf: common[0].tail) }
}

extension RequestShape.Common {
  init(_ parts: RequestShape.Parts) {
    var routes = parts.routes
    var target = parts.registrar.asRequestURI
    if let first = routes.first, first.parameter("lr") == nil {
      // A strict router takes the Request-URI's place, and the real one ends the route (RFC 3261, 12.2.1.1).
      routes.removeFirst()
      routes.append(target)
      target = first.asRequestURI
    }
    requestURI.append(uri: target)
    for (position, uri) in routes.enumerated() {
      route.append(literal: position == 0 ? "Route: <" : ", <")
      route.append(uri: uri)
      route.append(UInt8(ascii: ">"))
    }
    if !routes.isEmpty { route.appendLineEnd() }
    appendTail(parts)
  }

  private mutating func appendTail(_ parts: RequestShape.Parts) {
    tail.reserveCapacity(96)
    for (position, option) in parts.supported.enumerated() {
      tail.append(literal: position == 0 ? "Supported: " : ", ")
      tail.append(string: option)
    }
    if !parts.supported.isEmpty { tail.appendLineEnd() }
    for row in parts.extraRows {
      tail.append(string: row)
      tail.appendLineEnd()
    }
    if let userAgent = parts.userAgent, !userAgent.isEmpty {
      tail.append(literal: "User-Agent: ")
      tail.append(string: userAgent)
      tail.appendLineEnd()
    }
    tail.append(literal: "Content-Length: 0\r\n\r\n")
  }
}
