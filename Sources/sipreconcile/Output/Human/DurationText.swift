/// Durations as people write them.
enum DurationText {
  /// At most two units: `45 s`, `10 min`, `1 h 5 min`, `2 d 3 h`.
  static func text(seconds: Int) -> String {
    let units = [(86400, "d"), (3600, "h"), (60, "min"), (1, "s")]
    guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0 s" }
    let whole = "\(seconds / units[first].0) \(units[first].1)"
    guard first + 1 < units.count else { return whole }
    let rest = seconds % units[first].0 / units[first + 1].0
    return rest == 0 ? whole : "\(whole) \(rest) \(units[first + 1].1)"
  }

  /// A time limit: `5 s`, `1 min`, `640 ms`.
  static func text(_ limit: Duration) -> String {
    let (seconds, fraction) = limit.components
    return fraction == 0 ? text(seconds: Int(seconds)) : text(measured: limit / .seconds(1))
  }

  /// What was measured: `48 ms`, `1.3 s`, `2 min 5 s`.
  static func text(measured seconds: Double) -> String {
    if seconds < 1 { return "\(Int(seconds * 1000)) ms" }
    if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
    return text(seconds: Int(seconds))
  }
}
