/// The headers that the engine writes itself, by their long and compact names (RFC 3261, 7.3.3).
enum CoreHeader {
  private static let compact: [String: String] = [
    "v": "Via", "t": "To", "f": "From", "i": "Call-ID", "m": "Contact", "l": "Content-Length",
    "k": "Supported", "c": "Content-Type", "e": "Content-Encoding",
  ]
  private static let long = [
    "Via", "To", "From", "Call-ID", "CSeq", "Contact", "Content-Length", "Content-Type", "Content-Encoding",
    "Max-Forwards", "Authorization", "Proxy-Authorization", "Route", "Record-Route", "Expires", "Supported",
    "User-Agent", "Path",
  ]

  /// The long name, if it is one of them.
  static func name(of header: String) -> String? {
    let lowered = header.lowercased()
    return compact[lowered] ?? long.first { $0.lowercased() == lowered }
  }
}
