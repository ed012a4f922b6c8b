import SIP

/// The bytes of an OPTIONS that asks a next hop itself (RFC 3261, 11.1).
struct OptionsRequest {
  let branch: Branch
  private let host: Host
  private let isSecure: Bool
  private let callID: String
  private let tag: String
  private let userAgent: String?

  init(_ destination: Destination, userAgent: String?, using random: inout some RandomNumberGenerator) {
    branch = Branch(exchange: 0, using: &random)
    host = destination.domain
    isSecure = destination.isSecure
    callID = Token.callID(using: &random)
    tag = Token.hexadecimal(digits: 16, using: &random)
    self.userAgent = userAgent
  }

  /// The request as it goes out; `local` is our own address on the flow.
  func bytes(from local: Endpoint?, over transport: Transport) -> [UInt8] {
    let scheme = isSecure ? "sips" : "sip"
    // A WebSocket has no address that anybody could connect to (RFC 7118, 5.3).
    let isAnonymous = transport == .ws || transport == .wss || local == nil
    let sentBy = isAnonymous ? "\(tag).invalid" : "\(local!)"
    var text: [UInt8] = []
    text.append(string: "OPTIONS \(scheme):\(host) SIP/2.0\r\nVia: SIP/2.0/\(transport.viaName) \(sentBy)")
    text.append(literal: ";rport;branch=")
    branch.append(to: &text)
    text.append(literal: "\r\nMax-Forwards: 70\r\n")
    text.append(string: "From: <\(scheme):anonymous@anonymous.invalid>;tag=\(tag)\r\n")
    text.append(string: "To: <\(scheme):\(host)>\r\nCall-ID: \(callID)\r\nCSeq: 1 OPTIONS\r\n")
    text.append(literal: "Accept: application/sdp\r\n")
    if let userAgent, !userAgent.isEmpty { text.append(string: "User-Agent: \(userAgent)\r\n") }
    text.append(literal: "Content-Length: 0\r\n\r\n")
    return text
  }
}
