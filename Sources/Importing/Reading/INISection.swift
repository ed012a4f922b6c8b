import Reconcile

/// A section of a file in the manner of INI, with its keys in their order.
struct INISection {
  struct Entry {
    var key: String
    var value: String
    var at: SourceLocation
  }

  var name: String
  var at: SourceLocation
  var entries: [Entry] = []

  /// The last entry of that key, which is the one in force.
  func entry(_ key: String) -> Entry? { entries.last { $0.key == key } }

  /// The last value of that key; nil where it is empty.
  func value(_ key: String) -> String? {
    entry(key).flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  /// True if the key says yes; nil where it is not there.
  func flag(_ key: String) -> Bool? {
    value(key).map { ["1", "yes", "true", "on"].contains($0.lowercased()) }
  }
}
