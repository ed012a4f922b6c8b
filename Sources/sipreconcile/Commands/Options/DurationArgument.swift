import ArgumentParser

/// A duration as an option's value: `500ms`, `10s`, `5m`, `1h`.
struct DurationArgument: ExpressibleByArgument, Sendable, Equatable {
  static let rule = "it is a whole number with its unit: ms, s, m or h, such as 500ms, 30s or 5m"

  var duration: Duration

  init?(argument: String) {
    let units: [(suffix: String, milliseconds: Int64)] = [
      ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]
    for unit in units where argument.hasSuffix(unit.suffix) {
      guard let number = Int64(argument.dropLast(unit.suffix.count)), number >= 0,
        number <= 1_000_000_000_000 / unit.milliseconds
      else { continue }
      duration = .milliseconds(number * unit.milliseconds)
      return
    }
    return nil
  }
}
