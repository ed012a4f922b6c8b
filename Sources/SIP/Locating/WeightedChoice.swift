/// The choice among service records of one priority (RFC 2782, "Weight").
enum WeightedChoice {
  /// The position of one of the weights, each with a chance in proportion to it; a weight of 0 has a very
  /// small chance beside others, and an equal one among its like. `weights` must not be empty.
  static func pick(_ weights: [UInt16], using random: inout some RandomNumberGenerator) -> Int {
    let sum = weights.reduce(0) { $0 + Int($1) }
    guard sum > 0 else { return Int.random(in: 0..<weights.count, using: &random) }
    // Records of weight 0 stand first, so that only the lowest number selects one of them.
    let ordered = weights.indices.filter { weights[$0] == 0 } + weights.indices.filter { weights[$0] > 0 }
    let number = Int.random(in: 0...sum, using: &random)
    var running = 0
    for position in ordered {
      running += Int(weights[position])
      if running >= number { return position }
    }
    return ordered[ordered.count - 1]
  }
}
