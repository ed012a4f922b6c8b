import ArgumentParser
import Reconcile
import SIP
import StateStore

/// The names of owned accounts, for a shell that completes an argument.
enum AccountNames {
  static let completion = CompletionKind.custom { words, _, prefix in
    names(words, prefix, .real())
  }

  /// The names that begin so, from the state that the words before mean. Nothing is made or changed, and
  /// where there is no such state there is nothing to complete.
  static func names(_ words: [String], _ prefix: String, _ surroundings: Surroundings) -> [String] {
    do {
      let search = StateSearch(surroundings)
      let found = try search.find(path: value("--state", words), owner: value("--owner", words))
      let store = try StateStore.open(at: found.path, owner: found.owner, access: .readOnly)
      let names = Set(try store.owned(matching: nil).map(\.account.declaredID.name))
      return names.filter { $0.hasPrefix(prefix) && $0 == ShownText.escape($0) }.sorted()
    } catch {
      // A shell has no place for a complaint; the command itself makes it.
      return []
    }
  }

  private static func value(_ option: String, _ words: [String]) -> String? {
    if let position = words.lastIndex(of: option), position + 1 < words.count { return words[position + 1] }
    return words.last { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
  }
}
