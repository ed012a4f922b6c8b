package import Reconcile

extension [Diagnostic] {
  /// By file in the order of first appearance, then line and column; what has no place comes last.
  package func sortedByPlace(files: [String] = []) -> [Diagnostic] {
    var rank: [String: Int] = [:]
    for file in files + compactMap({ $0.at?.file }) where rank[file] == nil { rank[file] = rank.count }
    let keyed = enumerated().map { position, diagnostic in
      let at = diagnostic.at
      return (
        key: (at.flatMap { rank[$0.file] } ?? Int.max, at?.line ?? 0, at?.column ?? 0, position),
        diagnostic: diagnostic
      )
    }
    return keyed.sorted { $0.key < $1.key }.map(\.diagnostic)
  }
}
