import SIP

/// The faults of a registrar, and how many requests each has seen.
package struct FaultScript: Sendable {
  package let faults: [Fault]
  private var seen: [Int]
  private var seenByIdentity: [[String: Int]]

  /// Addresses of record that a fault counts on their own; further ones are not struck.
  private static let countedIdentities = 1_000_000

  package init(_ faults: [Fault] = []) {
    self.faults = faults
    seen = Array(repeating: 0, count: faults.count)
    seenByIdentity = Array(repeating: [:], count: faults.count)
  }

  package var isEmpty: Bool { faults.isEmpty }

  /// What strikes a request, in the order of the script; counts it.
  ///
  /// - Parameter identity: the address of record as `user@host`.
  mutating func effects(
    identity: String,
    hasCredentials: Bool,
    using random: inout some RandomNumberGenerator
  ) -> [Fault.Effect] {
    var effects: [Fault.Effect] = []
    for (position, fault) in faults.enumerated() {
      let selection = fault.selection
      guard selection.fits(identity: identity, hasCredentials: hasCredentials),
        let number = count(position, identity), selection.strikes(number: number)
      else { continue }
      if selection.probability < 1, Double.random(in: 0..<1, using: &random) >= selection.probability {
        continue
      }
      effects += fault.effects
    }
    return effects
  }

  private mutating func count(_ position: Int, _ identity: String) -> Int? {
    guard faults[position].selection.isPerIdentity else {
      seen[position] += 1
      return seen[position]
    }
    let known = seenByIdentity[position][identity]
    guard known != nil || seenByIdentity[position].count < FaultScript.countedIdentities else { return nil }
    seenByIdentity[position][identity] = (known ?? 0) + 1
    return (known ?? 0) + 1
  }
}
