/// A digest algorithm of RFC 7616 and RFC 8760, by the name it has in a challenge.
public enum DigestAlgorithm: String, Sendable, Hashable, Codable, CaseIterable {
  case md5 = "MD5"
  case md5Session = "MD5-sess"
  case sha256 = "SHA-256"
  case sha256Session = "SHA-256-sess"
  case sha512t256 = "SHA-512-256"
  case sha512t256Session = "SHA-512-256-sess"

  /// Reads a name in any case (RFC 7616, 3.3); nil for an algorithm that we do not have.
  public init?(name: some StringProtocol) {
    let lowered = name.lowercased()
    guard let match = DigestAlgorithm.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else {
      return nil
    }
    self = match
  }

  /// Reads the name as it stands in a challenge, in any case.
  package init?(bytes: UnsafeRawBufferPointer) {
    if bytes.equalsIgnoringCase("MD5") {
      self = .md5
    } else if bytes.equalsIgnoringCase("SHA-256") {
      self = .sha256
    } else if bytes.equalsIgnoringCase("MD5-sess") {
      self = .md5Session
    } else if bytes.equalsIgnoringCase("SHA-256-sess") {
      self = .sha256Session
    } else if bytes.equalsIgnoringCase("SHA-512-256") {
      self = .sha512t256
    } else if bytes.equalsIgnoringCase("SHA-512-256-sess") {
      self = .sha512t256Session
    } else {
      return nil
    }
  }

  /// The hash function under it.
  package var hash: Hash {
    switch self {
    case .md5, .md5Session: .md5
    case .sha256, .sha256Session: .sha256
    case .sha512t256, .sha512t256Session: .sha512t256
    }
  }

  /// True for the variants whose A1 holds the nonce and the cnonce of the session's first answer.
  package var isSession: Bool {
    switch self {
    case .md5, .sha256, .sha512t256: false
    case .md5Session, .sha256Session, .sha512t256Session: true
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Compares with an ASCII text without regard to the case of letters.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for index in 0..<count where self[index].asciiLowercased != text.utf8Start[index].asciiLowercased {
      return false
    }
    return true
  }
}
