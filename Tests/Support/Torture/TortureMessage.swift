/// One message of RFC 4475 or RFC 5118, byte for byte as the RFC has it.
package struct TortureMessage: Sendable {
  package let name: String
  package let bytes: [UInt8]

  /// Lines end in CR LF on the wire and in LF here; the head ends in an empty line.
  package init(_ name: String, _ text: String) {
    self.name = name
    bytes = Array(TortureMessage.wire(text).utf8)
  }

  package init(_ name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  package static func wire(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }

  /// The session description that most of the requests carry.
  package static func session(_ address: String, connection: String? = nil, time: String = "0 0") -> String {
    """
    v=0
    o=mhandley 29739 7272939 IN IP4 \(address)
    s=-
    c=IN IP4 \(connection ?? address)
    t=\(time)
    m=audio 49217 RTP/AVP 0 12
    m=video 3227 RTP/AVP 31
    a=rtpmap:31 LPC

    """
  }

  package static let all: [TortureMessage] = valid + invalid + transactionLayer + applicationLayer + ipv6

  /// The message of that name; a wrong name is a mistake in the test itself.
  package static func named(_ name: String) -> TortureMessage { all.first { $0.name == name }! }
}
