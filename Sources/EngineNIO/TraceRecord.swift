public import SIP

/// One message on the wire, with credentials removed.
public struct TraceRecord: Sendable, Hashable {
  public enum Direction: String, Sendable, Hashable { case sent, received }

  public var direction: Direction
  public var peer: Endpoint
  /// The message; each `response` of a digest, and each `pn-prid` and `pn-param`, stands as `(removed)`.
  public var text: String
}

extension TraceRecord {
  init(_ direction: Direction, peer: Endpoint, bytes: some Collection<UInt8>) {
    self.direction = direction
    self.peer = peer
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\r\n",
      omittingEmptySubsequences: false
    )
    text = lines.map(TraceRecord.redact).joined(separator: "\r\n")
  }

  /// Cuts what is a secret, or leads to a device, out of a line.
  private static func redact(_ line: Substring) -> String {
    let line = Substring(PushToken.removed(from: String(line)))
    let name = line.prefix { $0 != ":" }.lowercased()
    guard name == "authorization" || name == "proxy-authorization" else { return String(line) }
    let value = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
    if value.lowercased().hasPrefix("bearer ") { return "\(line.prefix { $0 != ":" }): Bearer (removed)" }
    let parts = line.split(separator: ",", omittingEmptySubsequences: false)
    return parts.map { part in
      guard let equals = part.firstIndex(of: "="),
        part[..<equals].lowercased().hasSuffix("response")
      else { return String(part) }
      return part[...equals] + "\"(removed)\""
    }.joined(separator: ",")
  }
}
