/// A moment in the talk between a process and a registrar, counted from the beginning of the process.
enum WitnessMoment: Sendable, Hashable {
  /// The beginning.
  case start
  /// So many requests are there, copies included; the last is not looked at yet.
  case request(Int)
  /// So many answers are given; the last has just left.
  case answer(Int)
}
