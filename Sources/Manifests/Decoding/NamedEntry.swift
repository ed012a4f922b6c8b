/// One entry of a mapping whose keys are names.
struct NamedEntry {
  var key: YAMLTree.Index
  var value: YAMLTree.Index
  /// The number of the row that it was made of, from 1; 0 for one that stands in the file itself.
  var origin: UInt32 = 0
}
