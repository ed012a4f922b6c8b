/// Where the fields of one account are written, all in one file.
///
/// Compact, for there is one for every account: eight bytes a field.
public struct FieldLocations: Sendable, Hashable {
  private var file: String
  /// Each entry is the field's place in `AccountField.allCases` (8 bits), the line (32) and the column (24).
  private var entries: [UInt64]

  public init(file: String = "") {
    self.file = file
    entries = []
  }

  /// Where the field is written; nil where its value came from a default.
  public subscript(field: AccountField) -> SourceLocation? {
    for entry in entries where UInt8(truncatingIfNeeded: entry >> 56) == field.index {
      let line = Int(entry >> 24 & 0xffff_ffff)
      return SourceLocation(file: file, line: line, column: Int(entry & 0xff_ffff))
    }
    return nil
  }

  public var isEmpty: Bool { entries.isEmpty }

  package mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

  /// Notes a field that is not here yet; a column past 16,777,215 is clamped.
  package mutating func append(_ field: AccountField, line: UInt32, column: UInt32) {
    entries.append(UInt64(field.index) << 56 | UInt64(line) << 24 | UInt64(min(column, 0xff_ffff)))
  }
}

extension FieldLocations: ExpressibleByDictionaryLiteral {
  /// Places that all lie in the file of the first one.
  public init(dictionaryLiteral elements: (AccountField, SourceLocation)...) {
    self.init(file: elements.first?.1.file ?? "")
    for (field, location) in elements where self[field] == nil {
      append(field, line: UInt32(clamping: location.line), column: UInt32(clamping: location.column))
    }
  }
}
