/// What became of a request: the answer lies in the writer.
struct Answer {
  /// nil for none.
  var status: UInt16?
  var user: String?
}
