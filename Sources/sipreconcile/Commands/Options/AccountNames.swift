import ArgumentParser
import Manifests
import Reconcile
import SIP
import StateStore

/// The names of accounts, for a shell that completes an argument.
enum AccountNames {
  /// Of accounts that are owned.
  static let completion = CompletionKind.custom { words, _, prefix in
    names(words, prefix, .real())
  }

  /// Of accounts that are owned, and of those that the files among the words declare.
  static let completionWithFiles = CompletionKind.custom { words, _, prefix in
    namesWithFiles(words, prefix, .real())
  }

  /// The names that begin so, from the state that the words before mean. Nothing is made or changed, and
  /// where there is no such state there is nothing to complete.
  static func names(_ words: [String], _ prefix: String, _ surroundings: Surroundings) -> [String] {
    offered(owned(words, value("--owner", words), surroundings), prefix)
  }

  /// Those, and the names in the files; their owner says which state is meant. No secret is looked up.
  static func namesWithFiles(_ words: [String], _ prefix: String, _ surroundings: Surroundings) -> [String] {
    let paths = words.filter { word in [".yaml", ".yml"].contains { word.hasSuffix($0) } }
    guard !paths.isEmpty else { return names(words, prefix, surroundings) }
    var loader = ManifestLoader()
    loader.workingDirectory = surroundings.workingDirectory
    loader.includeRoot = value("--include-root", words).map { surroundings.absolute($0) }
    let declared = loader.load(paths: paths).decoded
    let names = declared.accounts.map(\.account.id.name)
    return offered(names + owned(words, declared.owner, surroundings), prefix)
  }

  private static func owned(
    _ words: [String],
    _ owner: String?,
    _ surroundings: Surroundings
  ) -> [String] {
    do {
      let found = try StateSearch(surroundings).find(path: value("--state", words), owner: owner)
      let store = try StateStore.open(at: found.path, owner: found.owner, access: .readOnly)
      return try store.owned(matching: nil).map(\.account.declaredID.name)
    } catch {
      // A shell has no place for a complaint; the command itself makes it.
      return []
    }
  }

  private static func offered(_ names: [String], _ prefix: String) -> [String] {
    Set(names.filter { $0.hasPrefix(prefix) && isPlain($0) }).sorted()
  }

  /// True if no shell reads more than a word in it. What is offered is expanded once more by bash, commands in it
  /// included; a name with other characters has to be typed, in quotes.
  private static func isPlain(_ name: String) -> Bool {
    !name.hasPrefix("-") && name == ShownText.escape(name)
      && name.unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "._-@+/".unicodeScalars.contains(scalar)
      }
  }

  private static func value(_ option: String, _ words: [String]) -> String? {
    if let position = words.lastIndex(of: option), position + 1 < words.count { return words[position + 1] }
    return words.last { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
  }
}
