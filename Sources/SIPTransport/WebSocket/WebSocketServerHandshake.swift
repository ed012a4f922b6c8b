/// The server's side of opening a WebSocket for SIP (RFC 6455, 4.2; RFC 7118, 4.1), at any path.
enum WebSocketServerHandshake {
  /// The answer to a request, and whether it opens the WebSocket.
  static func answer(_ head: WebSocketHead) -> (text: String, isOpen: Bool) {
    let parts = head.startLine.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2].hasPrefix("HTTP/1.") else { return refusal("400 Bad Request") }
    guard parts[0] == "GET" else { return refusal("405 Method Not Allowed", row: "Allow: GET") }
    guard head.value("upgrade")?.lowercased() == "websocket", head.has("connection", "upgrade") else {
      return refusal("426 Upgrade Required", row: "Upgrade: websocket")
    }
    guard head.value("sec-websocket-version") == "13" else {
      return refusal("426 Upgrade Required", row: "Sec-WebSocket-Version: 13")
    }
    guard head.value("host") != nil, let key = head.value("sec-websocket-key"), WebSocketAccept.isKey(key),
      head.elements("sec-websocket-protocol").contains("sip")
    else { return refusal("400 Bad Request") }
    let text = """
      HTTP/1.1 101 Switching Protocols\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Accept: \(WebSocketAccept.value(for: key))\r
      Sec-WebSocket-Protocol: sip\r
      \r

      """
    return (text, true)
  }

  static func refusal(_ status: String, row: String? = nil) -> (text: String, isOpen: Bool) {
    let row = row.map { "\($0)\r\n" } ?? ""
    return ("HTTP/1.1 \(status)\r\n\(row)Connection: close\r\nContent-Length: 0\r\n\r\n", false)
  }
}
