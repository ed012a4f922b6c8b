public import SIP

// URIs are kept as the text that goes on the wire, so that a stored account stays readable.

extension SIPURI: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      try self.init(parsing: text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SIP URI: \(text)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension NameAddress: Codable {
  private enum Key: String, CodingKey { case displayName, uri }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      displayName: try container.decodeIfPresent(String.self, forKey: .displayName),
      uri: try container.decode(SIPURI.self, forKey: .uri)
    )
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(displayName, forKey: .displayName)
    try container.encode(uri, forKey: .uri)
  }
}
