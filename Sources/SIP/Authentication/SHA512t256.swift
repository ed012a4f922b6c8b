/// SHA-512/256 (FIPS 180-4, 5.3.6.2 and 6.7), which the cryptography library lacks.
enum SHA512t256 {
  /// Hashes bytes that lie in one piece.
  static func value(of bytes: UnsafeRawBufferPointer) -> HashValue {
    var state = initialState
    let whole = bytes.count / 128 * 128
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 80) { schedule in
      for start in stride(from: 0, to: whole, by: 128) {
        compress(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 128]), into: &state, schedule)
      }
      withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { tail in
        let length = pad(UnsafeRawBufferPointer(rebasing: bytes[whole...]), total: bytes.count, into: tail)
        for start in stride(from: 0, to: length, by: 128) {
          compress(UnsafeRawBufferPointer(rebasing: tail[start..<start + 128]), into: &state, schedule)
        }
      }
    }
    return HashValue(state[0], state[1], state[2], state[3])
  }

  /// Writes the rest, a one bit, zeros and the length in bits; returns 128 or 256.
  private static func pad(
    _ rest: UnsafeRawBufferPointer,
    total: Int,
    into tail: UnsafeMutableRawBufferPointer
  ) -> Int {
    let length = rest.count + 17 <= 128 ? 128 : 256
    for index in 0..<length { tail[index] = index < rest.count ? rest[index] : 0 }
    tail[rest.count] = 0x80
    tail.storeBytes(of: (UInt64(total) << 3).bigEndian, toByteOffset: length - 8, as: UInt64.self)
    return length
  }

  private static func compress(
    _ block: UnsafeRawBufferPointer,
    into state: inout SIMD8<UInt64>,
    _ schedule: UnsafeMutableBufferPointer<UInt64>
  ) {
    for index in 0..<16 {
      let word = block.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
      schedule[index] = UInt64(bigEndian: word)
    }
    for index in 16..<80 {
      let early = schedule[index - 15]
      let late = schedule[index - 2]
      schedule[index] =
        schedule[index - 16] &+ schedule[index - 7]
        &+ (rotate(early, 1) ^ rotate(early, 8) ^ early >> 7)
        &+ (rotate(late, 19) ^ rotate(late, 61) ^ late >> 6)
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<80 {
      let choice = (e & f) ^ (~e & g)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let one =
        h &+ (rotate(e, 14) ^ rotate(e, 18) ^ rotate(e, 41)) &+ choice &+ roundConstants[index]
        &+ schedule[index]
      let two = (rotate(a, 28) ^ rotate(a, 34) ^ rotate(a, 39)) &+ majority
      (h, g, f, e) = (g, f, e, d &+ one)
      (d, c, b, a) = (c, b, a, one &+ two)
    }
    state = state &+ SIMD8(a, b, c, d, e, f, g, h)
  }

  private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    word >> count | word << (64 &- count)
  }

  private static let initialState = SIMD8<UInt64>([
    0x22312194_fc2bf72c, 0x9f555fa3_c84c64c2, 0x2393b86b_6f53b151, 0x96387719_5940eabd,
    0x96283ee2_a88effe3, 0xbe5e1e25_53863992, 0x2b0199fc_2c85b8aa, 0x0eb72ddc_81c52ca2,
  ])

  private static let roundConstants: [UInt64] = [
    0x428a2f98_d728ae22, 0x71374491_23ef65cd, 0xb5c0fbcf_ec4d3b2f, 0xe9b5dba5_8189dbbc,
    0x3956c25b_f348b538, 0x59f111f1_b605d019, 0x923f82a4_af194f9b, 0xab1c5ed5_da6d8118,
    0xd807aa98_a3030242, 0x12835b01_45706fbe, 0x243185be_4ee4b28c, 0x550c7dc3_d5ffb4e2,
    0x72be5d74_f27b896f, 0x80deb1fe_3b1696b1, 0x9bdc06a7_25c71235, 0xc19bf174_cf692694,
    0xe49b69c1_9ef14ad2, 0xefbe4786_384f25e3, 0x0fc19dc6_8b8cd5b5, 0x240ca1cc_77ac9c65,
    0x2de92c6f_592b0275, 0x4a7484aa_6ea6e483, 0x5cb0a9dc_bd41fbd4, 0x76f988da_831153b5,
    0x983e5152_ee66dfab, 0xa831c66d_2db43210, 0xb00327c8_98fb213f, 0xbf597fc7_beef0ee4,
    0xc6e00bf3_3da88fc2, 0xd5a79147_930aa725, 0x06ca6351_e003826f, 0x14292967_0a0e6e70,
    0x27b70a85_46d22ffc, 0x2e1b2138_5c26c926, 0x4d2c6dfc_5ac42aed, 0x53380d13_9d95b3df,
    0x650a7354_8baf63de, 0x766a0abb_3c77b2a8, 0x81c2c92e_47edaee6, 0x92722c85_1482353b,
    0xa2bfe8a1_4cf10364, 0xa81a664b_bc423001, 0xc24b8b70_d0f89791, 0xc76c51a3_0654be30,
    0xd192e819_d6ef5218, 0xd6990624_5565a910, 0xf40e3585_5771202a, 0x106aa070_32bbd1b8,
    0x19a4c116_b8d2d0c8, 0x1e376c08_5141ab53, 0x2748774c_df8eeb99, 0x34b0bcb5_e19b48a8,
    0x391c0cb3_c5c95a63, 0x4ed8aa4a_e3418acb, 0x5b9cca4f_7763e373, 0x682e6ff3_d6b2b8a3,
    0x748f82ee_5defb2fc, 0x78a5636f_43172f60, 0x84c87814_a1f0ab72, 0x8cc70208_1a6439ec,
    0x90befffa_23631e28, 0xa4506ceb_de82bde9, 0xbef9a3f7_b2c67915, 0xc67178f2_e372532b,
    0xca273ece_ea26619c, 0xd186b8c7_21c0c207, 0xeada7dd6_cde0eb1e, 0xf57d4f7f_ee6ed178,
    0x06f067aa_72176fba, 0x0a637dc5_a2c898a6, 0x113f9804_bef90dae, 0x1b710b35_131c471b,
    0x28db77f5_23047d84, 0x32caab7b_40c72493, 0x3c9ebe0a_15c9bebc, 0x431d67c4_9c100d4c,
    0x4cc5d4be_cb3e42b6, 0x597f299c_fc657e2a, 0x5fcb6fab_3ad6faec, 0x6c44198c_4a475817,
  ]
}
