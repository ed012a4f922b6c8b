/// The ChaCha20 block function (RFC 8439, 2.3), for random numbers only.
enum ChaChaBlock {
  /// Sixteen words from a key of eight, a block counter and a nonce of three.
  static func words(key: SIMD8<UInt32>, counter: UInt32, nonce: SIMD3<UInt32>) -> SIMD16<UInt32> {
    let start = [
      SIMD4<UInt32>(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574), key.lowHalf, key.highHalf,
      SIMD4(counter, nonce.x, nonce.y, nonce.z),
    ]
    return start.withUnsafeBufferPointer { mix($0[0], $0[1], $0[2], $0[3]) }
  }

  private static func mix(
    _ row0: SIMD4<UInt32>,
    _ row1: SIMD4<UInt32>,
    _ row2: SIMD4<UInt32>,
    _ row3: SIMD4<UInt32>
  ) -> SIMD16<UInt32> {
    var (a, b, c, d) = (row0, row1, row2, row3)
    for _ in 0..<10 {
      quarterRounds(&a, &b, &c, &d)
      (b, c, d) = (b.rotated(by: 1), c.rotated(by: 2), d.rotated(by: 3))
      quarterRounds(&a, &b, &c, &d)
      (b, c, d) = (b.rotated(by: 3), c.rotated(by: 2), d.rotated(by: 1))
    }
    return SIMD16(
      lowHalf: SIMD8(lowHalf: a &+ row0, highHalf: b &+ row1),
      highHalf: SIMD8(lowHalf: c &+ row2, highHalf: d &+ row3)
    )
  }

  private static func quarterRounds(
    _ a: inout SIMD4<UInt32>,
    _ b: inout SIMD4<UInt32>,
    _ c: inout SIMD4<UInt32>,
    _ d: inout SIMD4<UInt32>
  ) {
    a = a &+ b
    d = (d ^ a).bitsRotated(by: 16)
    c = c &+ d
    b = (b ^ c).bitsRotated(by: 12)
    a = a &+ b
    d = (d ^ a).bitsRotated(by: 8)
    c = c &+ d
    b = (b ^ c).bitsRotated(by: 7)
  }
}

extension SIMD4<UInt32> {
  fileprivate func bitsRotated(by count: UInt32) -> Self { self &<< count | self &>> (32 &- count) }

  /// The lanes moved down by so many places, round the end.
  fileprivate func rotated(by lanes: Int) -> Self {
    switch lanes {
    case 1: Self(y, z, w, x)
    case 2: Self(z, w, x, y)
    case 3: Self(w, x, y, z)
    default: self
    }
  }
}
