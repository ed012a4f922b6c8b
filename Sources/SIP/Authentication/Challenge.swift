/// A digest challenge (RFC 7616, 3.3), with what is only echoed kept as the bytes that came.
///
/// Realm, nonce, opaque and algorithm lie one after the other in a single array, so that a challenge costs
/// one allocation. They are kept as written between the quotes: echoed so, and hashed without their escapes.
package struct Challenge: Equatable, Sendable {
  private var bytes: [UInt8]
  private var realmLength: UInt16
  private var nonceLength: UInt16
  private var opaqueLength: UInt16
  private let hasOpaque: Bool
  package let isStale: Bool
  package let qop: QualityOfProtection
  /// Nil for an algorithm that we do not have; MD5 where the challenge names none (RFC 7616, 3.3).
  package let algorithm: DigestAlgorithm?

  /// Reads the value of one row, unfolded. Where a row holds several challenges, which it must not, the first
  /// that we can answer counts (RFC 3261, 20.7).
  package static func parse(_ row: UnsafeRawBufferPointer) -> ParsedChallenge {
    var parser = ChallengeParser(row)
    return parser.parse().0
  }

  /// As `parse`, with the Bearer challenge that stands in the same row.
  package static func parse(_ row: UnsafeRawBufferPointer, into challenges: inout [ParsedChallenge]) {
    var parser = ChallengeParser(row)
    let (challenge, bearer) = parser.parse()
    challenges.append(challenge)
    if let bearer { challenges.append(.bearer(bearer)) }
  }

  /// Nil where a part is longer than 65,535 bytes.
  init?(
    realm: UnsafeRawBufferPointer,
    nonce: UnsafeRawBufferPointer,
    opaque: UnsafeRawBufferPointer?,
    algorithm: UnsafeRawBufferPointer?,
    qop: QualityOfProtection,
    isStale: Bool
  ) {
    guard let realmLength = UInt16(exactly: realm.count), let nonceLength = UInt16(exactly: nonce.count),
      let opaqueLength = UInt16(exactly: opaque?.count ?? 0)
    else { return nil }
    self.realmLength = realmLength
    self.nonceLength = nonceLength
    self.opaqueLength = opaqueLength
    hasOpaque = opaque != nil
    self.isStale = isStale
    self.qop = qop
    self.algorithm = algorithm.map { DigestAlgorithm(bytes: $0) } ?? .md5
    bytes = []
    bytes.reserveCapacity(realm.count + nonce.count + (opaque?.count ?? 0) + (algorithm?.count ?? 0))
    bytes.append(contentsOf: realm)
    bytes.append(contentsOf: nonce)
    if let opaque { bytes.append(contentsOf: opaque) }
    if let algorithm { bytes.append(contentsOf: algorithm) }
  }

  /// The realm without its escapes.
  package var realm: String {
    withParts { parts in String(decoding: Challenge.unescaped(parts.realm), as: UTF8.self) }
  }

  /// The nonce as written between the quotes.
  package var nonce: [UInt8] { withParts { Array($0.nonce) } }

  /// The opaque as written between the quotes; nil where there is none.
  package var opaque: [UInt8]? { withParts { parts in parts.opaque.map { Array($0) } } }

  /// The name of the algorithm as written; nil where there is none.
  package var algorithmText: String? {
    withParts { parts in parts.algorithm.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// True where we have the algorithm and a qop for it. A `-sess` algorithm needs a cnonce, and so a qop.
  package var isAnswerable: Bool {
    guard let algorithm, let answer = qop.answer else { return false }
    return !(algorithm.isSession && answer == .none)
  }

  /// Compares realms as written.
  package func hasSameRealm(as other: Challenge) -> Bool {
    withParts { mine in other.withParts { mine.realm.elementsEqual($0.realm) } }
  }

  package func hasSameNonce(as other: Challenge) -> Bool {
    withParts { mine in other.withParts { mine.nonce.elementsEqual($0.nonce) } }
  }

  /// Compares the realm without its escapes, byte by byte (RFC 3261, 22.1).
  package func realmIs(_ text: String) -> Bool {
    withParts { parts in
      guard parts.realm.contains(UInt8(ascii: "\\")) else { return text.utf8.elementsEqual(parts.realm) }
      return text.utf8.elementsEqual(Challenge.unescaped(parts.realm))
    }
  }

  /// The challenge with the nonce that an Authentication-Info announced, as written (RFC 7616, 3.5); nil if
  /// it is too long.
  func replacingNonce(with nonce: UnsafeRawBufferPointer) -> Challenge? {
    withParts { parts in
      Challenge(
        realm: parts.realm,
        nonce: nonce,
        opaque: parts.opaque,
        algorithm: parts.algorithm,
        qop: qop,
        isStale: false
      )
    }
  }

  /// The parts as written, valid only inside `withParts`.
  struct Parts {
    let realm: UnsafeRawBufferPointer
    let nonce: UnsafeRawBufferPointer
    let opaque: UnsafeRawBufferPointer?
    let algorithm: UnsafeRawBufferPointer?

    var byteCount: Int { realm.count + nonce.count + (opaque?.count ?? 0) + (algorithm?.count ?? 0) }
  }

  func withParts<Result>(_ body: (Parts) -> Result) -> Result {
    bytes.withUnsafeBytes { all in
      let nonceStart = Int(realmLength)
      let opaqueStart = nonceStart + Int(nonceLength)
      let algorithmStart = opaqueStart + Int(opaqueLength)
      return body(
        Parts(
          realm: UnsafeRawBufferPointer(rebasing: all[..<nonceStart]),
          nonce: UnsafeRawBufferPointer(rebasing: all[nonceStart..<opaqueStart]),
          opaque: hasOpaque ? UnsafeRawBufferPointer(rebasing: all[opaqueStart..<algorithmStart]) : nil,
          algorithm: algorithmStart < all.count
            ? UnsafeRawBufferPointer(rebasing: all[algorithmStart...]) : nil
        )
      )
    }
  }

  private static func unescaped(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: bytes.count) { memory, count in
      var input = ScratchBytes(UnsafeMutableRawBufferPointer(memory))
      input.put(unescaping: bytes)
      count = input.written.count
    }
  }
}
