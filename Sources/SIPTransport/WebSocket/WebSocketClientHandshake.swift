import SIP

/// The client's side of opening a WebSocket for SIP (RFC 6455, 4.1; RFC 7118, 4.1).
struct WebSocketClientHandshake: Hashable, Sendable {
  let request: String
  private let accept: String
  private let peer: Endpoint

  init(_ target: StreamTarget) {
    var random = SystemRandomNumberGenerator()
    self.init(target, key: WebSocketAccept.key(using: &random))
  }

  init(_ target: StreamTarget, key: String) {
    let port = target.server.port
    let host = port == target.transport.defaultPort ? "\(target.domain)" : "\(target.domain):\(port)"
    let scheme = target.transport == .wss ? "https" : "http"
    let path = target.path.hasPrefix("/") ? target.path : "/\(target.path)"
    request = """
      GET \(path) HTTP/1.1\r
      Host: \(host)\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Origin: \(scheme)://\(host)\r
      Sec-WebSocket-Key: \(key)\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Protocol: sip\r
      \r

      """
    accept = WebSocketAccept.value(for: key)
    peer = target.server
  }

  /// Whether the answer opens the WebSocket; what is wrong with it otherwise.
  func fault(_ head: WebSocketHead) -> FlowFailure? {
    let parts = head.startLine.split(separator: " ", maxSplits: 2)
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
      return FlowFailure(.webSocket, "\(peer) does not speak HTTP on this port, which WebSocket begins with")
    }
    guard status == 101 else { return refusal(status, head) }
    guard head.value("upgrade")?.lowercased() == "websocket", head.has("connection", "upgrade"),
      head.value("sec-websocket-accept") == accept
    else { return FlowFailure(.webSocket, "\(peer) answered the WebSocket handshake with a false 101") }
    guard head.elements("sec-websocket-protocol") == ["sip"] else {
      return FlowFailure(
        .webSocket,
        "\(peer) opened a WebSocket without the subprotocol `sip` (RFC 7118): nothing there speaks SIP; see its path"
      )
    }
    guard head.elements("sec-websocket-extensions").isEmpty else {
      return FlowFailure(.webSocket, "\(peer) chose a WebSocket extension that was not offered")
    }
    return nil
  }

  private func refusal(_ status: Int, _ head: WebSocketHead) -> FlowFailure {
    let words =
      switch status {
      case 300...399:
        "redirects to \(head.value("location") ?? "nowhere"), which is not followed; name that address instead"
      case 401, 407: "demands HTTP authentication, which is not supported"
      case 403: "forbids the WebSocket (HTTP 403)"
      case 404: "has no WebSocket at this path (HTTP 404)"
      case 400, 426: "takes no WebSocket for SIP (HTTP \(status))"
      default: "answered the WebSocket handshake with HTTP \(status)"
      }
    return FlowFailure(.webSocket, "\(peer) \(words)")
  }
}
