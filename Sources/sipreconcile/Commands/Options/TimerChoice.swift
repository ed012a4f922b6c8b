import ArgumentParser

/// T1, T2 and T4 as an option's value: `t1=50ms,t2=400ms,t4=500ms`; what is not named keeps its default.
struct TimerChoice: ExpressibleByArgument, Sendable, Equatable {
  static let rule =
    "it lists t1, t2 and t4, or some of them, each with a duration above zero in ms, s, m or h, such as "
    + "t1=50ms,t2=400ms,t4=500ms"

  var t1 = Duration.milliseconds(500)
  var t2 = Duration.seconds(4)
  var t4 = Duration.seconds(5)

  init() {}

  var defaultValueDescription: String { "t1=500ms,t2=4s,t4=5s" }

  init?(argument: String) {
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let value = DurationArgument(argument: String(sides[1]))?.duration,
        value > .zero
      else { return nil }
      switch sides[0] {
      case "t1": t1 = value
      case "t2": t2 = value
      case "t4": t4 = value
      default: return nil
      }
    }
  }
}
