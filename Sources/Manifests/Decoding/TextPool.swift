/// Texts that many accounts share, each as one string.
struct TextPool {
  private var table = ByteTable()
  private var texts: [String] = []

  /// Past this number of texts nothing more is kept: they are not shared after all.
  private static let limit = 4096

  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    // A short string has no heap storage to share.
    if bytes.count <= 15 { return String(decoding: bytes, as: UTF8.self) }
    if texts.count >= TextPool.limit {
      return table.find(bytes).map { texts[$0] } ?? String(decoding: bytes, as: UTF8.self)
    }
    let (index, isNew) = table.insert(bytes)
    if isNew { texts.append(String(decoding: bytes, as: UTF8.self)) }
    return texts[index]
  }
}
