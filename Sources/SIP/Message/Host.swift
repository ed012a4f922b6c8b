/// The host part of a SIP URI or of a Via sent-by (RFC 3261, 25.1).
///
/// A name is kept as written; names compare without regard to case, and addresses compare as addresses
/// (RFC 5954, 4.2), so `[2001:DB8::1]` equals `[2001:db8:0:0:0:0:0:1]`. A name never equals an address.
public enum Host: Sendable {
  case name(String)
  case ipv4(IPv4Address)
  case ipv6(IPv6Address)
}

extension Host {
  /// Parses a host as it stands in a URI: a name, four decimal octets, or an IPv6 address in brackets.
  ///
  /// Returns nil for anything else: an escape, an empty label, an address with a zone.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    if bytes.first == UInt8(ascii: "[") {
      guard bytes.last == UInt8(ascii: "]"), bytes.count > 2,
        let address = IPv6Address(String(decoding: bytes[1..<bytes.count - 1], as: UTF8.self))
      else { return nil }
      self = .ipv6(address)
    } else if let address = IPv4Address(text) {
      self = .ipv4(address)
    } else {
      guard Host.isName(bytes) else { return nil }
      self = .name(String(text))
    }
  }

  /// `hostname` of RFC 3261, 25.1, with the underscore that deployed names use; a last label that is all
  /// digits would be an address gone wrong (`10.0.0.256`).
  private static func isName(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty, bytes.count <= 253 else { return false }
    var labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.last?.isEmpty == true { labels.removeLast() }
    guard let last = labels.last, !last.allSatisfy({ $0.isASCIIDigit }) else { return false }
    return labels.allSatisfy { label in
      !label.isEmpty && label.count <= 63
        && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }
  }

  /// True for an address that reaches only this machine, or a name that means it.
  public var isLoopback: Bool {
    switch self {
    case .name(let name): name.lowercased() == "localhost"
    case .ipv4(let address): address.isLoopback
    case .ipv6(let address): address.isLoopback
    }
  }

  /// True for `0.0.0.0` and `::`, which say "any address" and can never be reached.
  public var isUnspecified: Bool {
    switch self {
    case .name: false
    case .ipv4(let address): address.value == 0
    case .ipv6(let address): address.isUnspecified
    }
  }
}

extension Host: Hashable {
  public static func == (lhs: Host, rhs: Host) -> Bool {
    switch (lhs, rhs) {
    case (.name(let a), .name(let b)): a.lowercased() == b.lowercased()
    case (.ipv4(let a), .ipv4(let b)): a == b
    case (.ipv6(let a), .ipv6(let b)): a == b
    case (.name, _), (.ipv4, _), (.ipv6, _): false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .name(let name): hasher.combine(name.lowercased())
    case .ipv4(let address): hasher.combine(address)
    case .ipv6(let address): hasher.combine(address)
    }
  }
}

extension Host: CustomStringConvertible {
  /// The form for a URI: an IPv6 address stands in brackets.
  public var description: String {
    switch self {
    case .name(let name): name
    case .ipv4(let address): address.description
    case .ipv6(let address): "[\(address)]"
    }
  }
}
