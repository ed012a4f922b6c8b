extension MessageError.ForeignProtocol {
  /// Recognizes what else arrives at a SIP port; nil for what may become SIP.
  package init?(recognizing bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return nil }
    if bytes.count >= 3, first == 0x16 || first == 0x15, bytes[1] == 3 {
      self = .tls
    } else if bytes.count >= 8, first & 0xc0 == 0, bytes.slice(4..<8).isEqual(to: [0x21, 0x12, 0xa4, 0x42]) {
      self = .stun
    } else if bytes.count >= 5, bytes.slice(0..<5).isEqual(to: "HTTP/") {
      self = .http
    } else if let end = bytes.firstLineEnd(from: 0), bytes.slice(0..<end).endsInHTTPVersion {
      self = .http
    } else if !first.isToken {
      self = .unknown
    } else {
      return nil
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate var endsInHTTPVersion: Bool {
    count > 9 && slice(count - 9..<count - 3).isEqual(to: " HTTP/")
  }
}
