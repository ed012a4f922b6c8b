import ArgumentParser
import Reconcile

/// Which declared accounts a command that only looks is about.
struct AccountChoice: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Look at these accounts only. Files come before it, or after --.", valueName: "name"),
    completion: AccountNames.completionWithFiles
  )
  var only: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Leave these accounts out.", valueName: "name"),
    completion: AccountNames.completionWithFiles
  )
  var exclude: [String] = []

  @Option(
    name: [.customShort("l"), .customLong("label")],
    help: ArgumentHelp(
      "Look only at accounts with this label; given more than once, with all of them.",
      valueName: "name=value"
    ),
    transform: { try OptionValue.read($0, LabelChoice.rule) }
  )
  var labels: [LabelChoice] = []

  /// In their order. A name that none of them has is an error, and so is a choice of nothing.
  func accounts(of all: [Account]) throws(CommandFailure) -> [Account] {
    let known = Set(all.map(\.id.name))
    let (only, exclude) = (Self.names(only), Self.names(exclude))
    for (option, names) in [("--only", only), ("--exclude", exclude)] {
      let unknown = names.subtracting(known).sorted()
      guard unknown.isEmpty else {
        let message = "\(option) names no account that is there: \(unknown.joined(separator: ", "))"
        throw CommandFailure(.usage, message, rule: "unknown-account")
      }
    }
    let chosen = all.filter { account in
      (only.isEmpty || only.contains(account.id.name)) && !exclude.contains(account.id.name)
        && labels.allSatisfy { account.labels[$0.name] == $0.value }
    }
    guard !chosen.isEmpty || all.isEmpty else {
      throw CommandFailure(.usage, "no account is chosen by these options", rule: "selection")
    }
    return chosen
  }

  private static func names(_ arguments: [String]) -> Set<String> {
    Set(arguments.flatMap { $0.split(separator: ",").map(String.init) })
  }
}
