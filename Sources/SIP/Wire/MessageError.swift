/// Why bytes are no SIP message that can be used: what is wrong, and where.
package enum MessageError: Error, Hashable, Sendable {
  /// Bytes that are no SIP at all.
  case notSIP(ForeignProtocol)
  /// A start line that is neither a request line nor a status line.
  case startLine
  /// Another version than SIP/2.0.
  case version
  /// A status code that is not three digits from 100 to 699.
  case statusCode
  /// A Request-URI that is no URI, or a SIP URI that breaks its grammar.
  case requestURI
  /// A Request-URI of a scheme that is neither sip nor sips.
  case scheme
  /// No empty line ends the headers.
  case unfinishedHead
  /// A header line without a colon or a name, or with a stray control character; its offset in the message.
  case headerLine(offset: Int)
  case limit(Limit)
  /// A Content-Length that is no number, or two that differ.
  case contentLength
  /// A body shorter than the Content-Length says, both in bytes.
  case truncatedBody(expected: Int, found: Int)
  case missing(HeaderName)
  case repeated(HeaderName)
  case unreadable(HeaderName)
  /// A response with more than one Via value belongs to somebody else (RFC 3261, 8.1.3.3).
  case severalVias
  /// The method in CSeq is not that of the request line.
  case methodMismatch
  /// A response where a request is needed, or the reverse.
  case wrongKind

  /// What has outgrown `MessageLimits`.
  package enum Limit: Hashable, Sendable { case head, startLine, rows, name, value, body }

  /// What else is known to arrive at a SIP port.
  package enum ForeignProtocol: Hashable, Sendable { case http, tls, stun, unknown }
}

extension MessageError {
  /// The code that a server answers a request with; nil for what deserves no answer.
  package var status: UInt16? {
    switch self {
    case .notSIP, .statusCode, .severalVias, .wrongKind: nil
    case .version: 505
    case .scheme: 416
    case .limit(.body): 413
    case .limit(.startLine): 414
    case .limit(.head), .limit(.rows), .limit(.name), .limit(.value): 400
    case .startLine, .requestURI, .unfinishedHead, .headerLine, .contentLength, .truncatedBody, .missing,
      .repeated, .unreadable, .methodMismatch:
      400
    }
  }
}

extension MessageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notSIP(.http): "this is HTTP, not SIP: is the port that of a web server?"
    case .notSIP(.tls): "this is a TLS record, not SIP: one side uses TLS, the other does not"
    case .notSIP(.stun): "this is a STUN packet, not SIP"
    case .notSIP(.unknown): "this is not SIP"
    case .startLine: "the first line is neither a SIP request line nor a status line"
    case .version: "the version is not SIP/2.0"
    case .statusCode: "the status code is not a number from 100 to 699"
    case .requestURI: "the Request-URI is not a valid URI"
    case .scheme: "the Request-URI is neither a sip: nor a sips: URI"
    case .unfinishedHead: "no empty line ends the headers"
    case .headerLine(let offset): "the header line at byte \(offset) is not 'Name: value'"
    case .limit(let limit): "\(limit.description)"
    case .contentLength: "Content-Length is not one decimal number"
    case .truncatedBody(let expected, let found):
      "Content-Length says \(expected) bytes of body, and \(found) came"
    case .missing(let name): "\(name) is missing"
    case .repeated(let name): "\(name) stands there more than once"
    case .unreadable(let name): "\(name) cannot be read"
    case .severalVias: "the response has more than one Via, so it was meant for somebody else"
    case .methodMismatch: "the method in CSeq is not that of the request"
    case .wrongKind: "a response came where a request was needed, or the reverse"
    }
  }
}

extension MessageError.Limit: CustomStringConvertible {
  package var description: String {
    switch self {
    case .head: "the headers are longer than \(MessageLimits.streamHead) bytes"
    case .startLine: "the first line is longer than \(MessageLimits.startLine) bytes"
    case .rows: "there are more than \(MessageLimits.rows) header lines"
    case .name: "a header name is longer than \(MessageLimits.name) bytes"
    case .value: "a header value is longer than \(MessageLimits.value) bytes"
    case .body: "the body is longer than \(MessageLimits.body) bytes"
    }
  }
}
