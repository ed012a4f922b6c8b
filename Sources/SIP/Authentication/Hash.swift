import Crypto

/// The hash functions behind the digest algorithms (RFC 8760, 2.1).
package enum Hash: UInt8, Sendable, CaseIterable {
  case md5
  case sha256
  /// SHA-512/256 of FIPS 180-4, with initial values of its own; not SHA-512 cut short (RFC 8760, 2.2).
  case sha512t256

  /// The length of a value: 16 or 32.
  package var byteCount: Int {
    switch self {
    case .md5: 16
    case .sha256, .sha512t256: 32
    }
  }

  /// Hashes bytes that lie in one piece.
  package func value(of bytes: UnsafeRawBufferPointer) -> HashValue {
    switch self {
    case .md5:
      var function = Insecure.MD5()
      function.update(bufferPointer: bytes)
      return function.finalize().withUnsafeBytes { HashValue(bytes: $0) }
    case .sha256:
      var function = SHA256()
      function.update(bufferPointer: bytes)
      return function.finalize().withUnsafeBytes { HashValue(bytes: $0) }
    case .sha512t256:
      return SHA512t256.value(of: bytes)
    }
  }

  /// Hashes what `fill` puts together, at most `capacity` bytes, without leaving the stack while it is short.
  package func value(capacity: Int, _ fill: (inout ScratchBytes) -> Void) -> HashValue {
    withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { scratch in
      var input = ScratchBytes(scratch)
      fill(&input)
      return value(of: input.written)
    }
  }
}
