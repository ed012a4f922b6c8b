@testable import SIP

/// A typical 200 to a REGISTER, to be bent for a test.
struct SampleResponse {
  var statusLine = "SIP/2.0 200 OK"
  var via = "Via: SIP/2.0/UDP 192.0.2.10:5060;rport=40123;received=198.51.100.7;branch=z9hG4bKnashds7"
  var from = "From: <sip:alice@example.com>;tag=456248"
  var to = "To: <sip:alice@example.com>;tag=2493k59kd"
  var callID = "Call-ID: 843817637684230@998sdasdh09"
  var cseq = "CSeq: 1826 REGISTER"
  var contacts = ["Contact: <sip:alice@192.0.2.10:5060;transport=udp>;expires=3600"]
  var extra: [String] = []
  var length: String? = "Content-Length: 0"
  var body = ""

  var text: String {
    var lines = [statusLine, via, from, to, callID, cseq].filter { !$0.isEmpty }
    lines += contacts + extra
    if let length { lines.append(length) }
    return lines.map { $0 + "\r\n" }.joined() + "\r\n" + body
  }

  /// Parses and checks it; nil if the response would be taken.
  var fault: MessageError? { wireFault(Array(text.utf8)) }

  @discardableResult
  func read<Result>(_ body: (MessageView) throws -> Result) throws -> Result {
    try SIPMessage(text).withView(body)
  }
}

/// What is wrong with a datagram as a request or as a response; nil for nothing.
func wireFault(_ bytes: [UInt8]) -> MessageError? {
  do throws(MessageError) {
    let message = try SIPMessage(bytes)
    return message.withView { view in
      do throws(MessageError) {
        if view.isRequest { try view.validateRequest() } else { try view.validateResponse() }
        return nil
      } catch {
        return error
      }
    }
  } catch {
    return error
  }
}
