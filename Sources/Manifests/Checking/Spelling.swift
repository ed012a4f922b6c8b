/// How far apart two words are, to name what was probably meant.
enum Spelling {
  /// The number of letters to insert, drop, change or swap with their neighbour (Damerau–Levenshtein, each
  /// place edited once), in any case; nil if there are more than `limit`.
  static func distance(_ first: String, _ second: String, limit: Int) -> Int? {
    let a = Array(first.lowercased().unicodeScalars)
    let b = Array(second.lowercased().unicodeScalars)
    guard abs(a.count - b.count) <= limit else { return nil }
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      if row.min()! > limit { return nil }
      (before, last) = (last, row)
    }
    return last[b.count] <= limit ? last[b.count] : nil
  }

  /// The nearest of the words, if one is near enough to be meant: a third of its letters, at most three.
  static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let allowed = max(1, min(3, max(word.count, candidate.count) / 3))
      let limit = min(allowed, (best?.distance ?? 4) - 1)
      guard limit >= 0, let distance = distance(word, candidate, limit: limit) else { continue }
      best = (candidate, distance)
    }
    return best?.word
  }

  /// `; did you mean …?` or nothing.
  static func hint(_ word: String, among candidates: some Sequence<String>) -> String {
    nearest(to: word, among: candidates).map { "; did you mean `\($0)`?" } ?? ""
  }
}
