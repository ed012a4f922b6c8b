/// Which keys hold secrets, so that no message shows the line of one, not even of one spelt wrongly.
enum SecretKeys {
  private static let marks = ["pass", "pwd", "pswd", "paswd", "ha1", "h1a", "secret", "token", "prid"]

  /// True for `password`, `ha1` and `prid`, and for anything that looks as if it were meant to be one.
  static func isSecret(_ key: some Collection<UInt8>) -> Bool {
    if mentions(key) { return true }
    guard (2...12).contains(key.count) else { return false }
    let text = String(decoding: key, as: UTF8.self).lowercased()
    return Spelling.distance(text, "password", limit: 3) != nil
      || Spelling.distance(text, "ha1", limit: 1) != nil
  }

  /// True if the bytes name such a key anywhere, in any case.
  static func mentions(_ bytes: some Collection<UInt8>) -> Bool {
    let lowered = bytes.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
    return marks.contains { mark in
      let mark = Array(mark.utf8)
      guard lowered.count >= mark.count else { return false }
      return (0...lowered.count - mark.count).contains { lowered[$0..<$0 + mark.count].elementsEqual(mark) }
    }
  }
}
