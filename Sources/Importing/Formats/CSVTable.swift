import Manifests
import Reconcile

/// Comma-separated values with a line of names (RFC 4180).
struct CSVTable {
  struct Row {
    var at: SourceLocation
    var values: [String: String]
    /// False where it has not as many values as there are names.
    var isWhole: Bool
  }

  private(set) var names: [String] = []
  private(set) var rows: [Row] = []

  init(_ source: ImportSource) {
    var reader = CSVReader(Array(source.text.utf8))
    do throws(CSVFailure) {
      while let row = try reader.row() {
        add(row.cells, at: SourceLocation(file: source.path, line: row.line, column: 1))
      }
    } catch {
      let place = SourceLocation(file: source.path, line: error.line, column: 1)
      rows.append(Row(at: place, values: [:], isWhole: false))
    }
  }

  private mutating func add(_ cells: [String], at place: SourceLocation) {
    guard !names.isEmpty else {
      names = cells.map { $0.trimmed.lowercased() }
      return
    }
    let values = Dictionary(zip(names, cells)) { first, _ in first }
    rows.append(Row(at: place, values: values, isWhole: cells.count == names.count))
  }
}
