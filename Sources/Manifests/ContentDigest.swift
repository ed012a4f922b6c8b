/// A 128-bit fingerprint of bytes, to see that a file changed; it does not resist forgery.
public struct ContentDigest: Sendable, Hashable {
  private var low: UInt64 = 0x9e37_79b9_7f4a_7c15
  private var high: UInt64 = 0xc2b2_ae3d_27d4_eb4f

  public init() {}

  /// Adds a file's bytes; their number counts too, so that bytes do not move between files unseen.
  public mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset + 8 <= buffer.count {
        mix(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        offset += 8
      }
      var tail: UInt64 = 0
      for byte in buffer[offset...] { tail = tail << 8 | UInt64(byte) }
      mix(tail)
      mix(UInt64(buffer.count))
    }
  }

  private mutating func mix(_ word: UInt64) {
    let product = (low ^ word).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
    low = product.low ^ (high &+ word)
    high = (product.high ^ high) &* 0xa076_1d64_78bd_642f ^ (high >> 29)
  }
}

extension ContentDigest: CustomStringConvertible {
  /// 32 hexadecimal digits.
  public var description: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
