import TestSupport

/// What a test reads of a response: the status, and header rows by name.
struct HandmadeResponse {
  let status: Int
  private let rows: [(name: String, value: String)]

  init(_ bytes: [UInt8]) throws {
    // By bytes, since CR LF is one character to Swift.
    let text = String(decoding: bytes.filter { $0 != 0x0D }, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, first.hasPrefix("SIP/2.0 "), let code = Int(first.dropFirst(8).prefix(3))
    else { throw SupportError.unexpected("no response: \(text)") }
    status = code
    rows = lines.dropFirst().prefix(while: { !$0.isEmpty }).compactMap { line in
      let pair = line.split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { return nil }
      return (String(pair[0]).lowercased(), String(pair[1].drop(while: { $0 == " " })))
    }
  }

  func values(of name: String) -> [String] {
    rows.filter { $0.name == name.lowercased() }.map(\.value)
  }
}
