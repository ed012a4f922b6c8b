extension UInt32 {
  /// The eight hexadecimal digits as ASCII, in the order of memory.
  var hexDigits: UInt64 {
    var nibbles = UInt64(self)
    nibbles = (nibbles & 0xFFFF_0000) << 16 | nibbles & 0xFFFF
    nibbles = (nibbles & 0x0000_FF00_0000_FF00) << 8 | nibbles & 0x0000_00FF_0000_00FF
    nibbles = (nibbles & 0x00F0_00F0_00F0_00F0) << 4 | nibbles & 0x000F_000F_000F_000F
    let letters = (nibbles + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return (nibbles + 0x3030_3030_3030_3030 + letters * 0x27).bigEndian
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Writes a number as sixteen hexadecimal digits in lower case.
  func write(hex number: UInt64, at offset: Int) {
    let high = UInt32(truncatingIfNeeded: number >> 32).hexDigits
    storeBytes(of: high, toByteOffset: offset, as: UInt64.self)
    let low = UInt32(truncatingIfNeeded: number).hexDigits
    storeBytes(of: low, toByteOffset: offset + 8, as: UInt64.self)
  }
}
