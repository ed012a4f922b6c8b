extension String {
  /// Reads bytes that must be UTF-8.
  ///
  /// `String(validating:as:)` does the same, and takes several times as long.
  init(validUTF8 bytes: UnsafeBufferPointer<UInt8>) throws(MalformedAccount) {
    self.init(decoding: bytes, as: UTF8.self)
    // What was wrong has been repaired, and so differs.
    guard hasBytes(bytes) else { throw MalformedAccount("bytes that are not UTF-8") }
  }

  mutating func hasBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    withUTF8 { utf8 in
      utf8.count == bytes.count && (0..<utf8.count).allSatisfy { utf8[$0] == bytes[$0] }
    }
  }
}
