import Agent
import ArgumentParser

/// Where a watch has its files from: this machine, or a git repository.
struct WatchedSource: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The files, or folders with .yaml files; - is standard input. With --git: none.",
      valueName: "file"
    ),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Take the files from this git repository, and follow it.",
      valueName: "url"
    )
  )
  var git: String?

  @Option(help: ArgumentHelp("The branch or tag of --git; without it the repository's own choice."))
  var ref: String?

  @Option(
    help: ArgumentHelp(
      "A file or folder in the repository of --git; without it its top folder. May be given more than once.",
      valueName: "path"
    )
  )
  var path: [String] = []

  @Option(
    help: ArgumentHelp("How often to look for new commits of --git; 1m without it.", valueName: "duration"),
    transform: { try OptionValue.read($0, DurationArgument.rule) }
  )
  var interval: DurationArgument?

  @OptionGroup var reading: FileReadingOptions

  func validate() throws {
    guard let git else {
      if files.isEmpty { throw ValidationError("Missing expected argument '<file> ...' or --git.") }
      let given = [(ref != nil, "--ref"), (!path.isEmpty, "--path"), (interval != nil, "--interval")]
      if let option = given.first(where: \.0) { throw ValidationError("\(option.1) goes with --git only.") }
      return
    }
    if let problem = try Self.problem(git, files: files, ref: ref, path: path) {
      throw ValidationError(problem)
    }
    if let interval, interval.duration < .seconds(1) { throw ValidationError("--interval: 1s or longer.") }
  }

  private static func problem(_ git: String, files: [String], ref: String?, path: [String]) throws -> String?
  {
    if !files.isEmpty { return "--git goes without files; name those of the repository with --path." }
    if git.isEmpty || git.hasPrefix("-") { return "--git: it is the URL or the path of a repository." }
    if hasPassword(git) {
      return
        "--git: a password in the URL is seen by everybody on this machine; give it to git with a credential helper."
    }
    if let ref, ref.isEmpty || ref.hasPrefix("-") || ref.contains(where: { " :~^?*[\\+".contains($0) }) {
      return "--ref: it is the name of a branch or a tag, or a whole commit."
    }
    let outside = path.first { $0.isEmpty || $0.hasPrefix("/") || $0.split(separator: "/").contains("..") }
    if let outside { return "--path \(outside): it is a path inside the repository." }
    return nil
  }

  /// `https://user:password@host/…`
  private static func hasPassword(_ url: String) -> Bool {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2, parts[0].hasSuffix(":"), parts[1].isEmpty else { return false }
    let authority = parts[2]
    return authority.lastIndex(of: "@").map { authority[..<$0].contains(":") } ?? false
  }

  var repository: GitSource? {
    git.map { GitSource(repository: $0, ref: ref ?? "HEAD", interval: interval?.duration ?? .seconds(60)) }
  }
}
