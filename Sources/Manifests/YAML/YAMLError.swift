/// Why a file is no YAML document that we take, and where.
struct YAMLError: Error, Hashable {
  var message: String
  var rule: String
  /// From 1.
  var line: Int
  /// In code points, from 1.
  var column: Int
  /// The lines that may belong to what the parser was reading; a secret among them is not shown.
  var suspectLines: ClosedRange<Int>
  /// True if the value of a key that holds secrets was being read.
  var isInsideSecret = false
}
