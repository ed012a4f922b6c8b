/// One entry of a mapping whose keys are names.
struct NamedEntry {
  var key: YAMLTree.Index
  var value: YAMLTree.Index
}
