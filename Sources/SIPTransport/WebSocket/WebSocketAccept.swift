import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The proof that a server understood the WebSocket handshake (RFC 6455, 4.2.2). It protects nothing.
enum WebSocketAccept {
  /// The value of Sec-WebSocket-Accept for a Sec-WebSocket-Key.
  static func value(for key: String) -> String {
    let text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return Data(Insecure.SHA1.hash(data: Data(text.utf8))).base64EncodedString()
  }

  /// A new key: 16 random bytes.
  static func key(using random: inout some RandomNumberGenerator) -> String {
    Data((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }).base64EncodedString()
  }

  /// Whether a key is 16 bytes in base 64.
  static func isKey(_ text: String) -> Bool { Data(base64Encoded: text)?.count == 16 }
}
