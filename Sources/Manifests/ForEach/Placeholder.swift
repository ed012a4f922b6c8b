/// A text with places for values: `sip:${n}@example.com`. `$${` stands for `${`.
struct Placeholder {
  enum Part: Equatable {
    case text([UInt8])
    /// The number of the column.
    case value(Int)
  }

  enum Failure: Error, Equatable {
    /// With the name that is no column.
    case unknown(String)
    /// A `${` without its `}`.
    case open
  }

  let parts: [Part]

  /// Nil for a text without any.
  init?(_ text: ArraySlice<UInt8>, columns: [String]) throws(Failure) {
    guard Placeholder.start(in: text) != nil else { return nil }
    var parts: [Part] = []
    var rest = text
    while let start = Placeholder.start(in: rest) {
      var before = Array(rest[..<start])
      let name = rest[(start + 2)...].prefix { $0 != UInt8(ascii: "}") }
      if before.last == UInt8(ascii: "$") {
        before.append(UInt8(ascii: "{"))
        parts.append(.text(before))
        rest = rest[(start + 2)...]
        continue
      }
      guard name.endIndex < rest.endIndex else { throw .open }
      let column = String(decoding: name, as: UTF8.self)
      guard let number = columns.firstIndex(of: column) else { throw .unknown(column) }
      if !before.isEmpty { parts.append(.text(before)) }
      parts.append(.value(number))
      rest = rest[(name.endIndex + 1)...]
    }
    if !rest.isEmpty { parts.append(.text(Array(rest))) }
    self.parts = parts
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Where the first `${` begins.
  private static func start(in text: ArraySlice<UInt8>) -> Int? {
    text.indices.dropLast().first { text[$0] == UInt8(ascii: "$") && text[$0 + 1] == UInt8(ascii: "{") }
  }
}
