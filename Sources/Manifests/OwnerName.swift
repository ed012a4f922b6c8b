/// What a text must be to name an owner: it also names the file of the state.
package enum OwnerName {
  /// Words for messages.
  package static let rule = "at most 64 letters, digits, `-`, `_` and `.`, with no `.` in front"

  package static func isValid(_ name: String) -> Bool {
    let isName = name.utf8.allSatisfy { byte in
      byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "-_.".utf8.contains(byte)
    }
    return isName && !name.isEmpty && !name.hasPrefix(".") && name.utf8.count <= 64
  }
}
