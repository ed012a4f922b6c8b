import ArgumentParser
import Reconcile

/// What a plan looks at, and which rails it may pass.
struct PlanningOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Look at these accounts only, and at those they depend on. Files come before it, or after --.",
      valueName: "name"
    )
  )
  var only: [String] = []

  @Flag(help: "Do not ask registrars; compare with our own state.")
  var noRefresh = false

  @Flag(help: "Only show what is no longer declared; do not unregister it.")
  var noPrune = false

  @Option(help: ArgumentHelp("Let that many accounts be unregistered or replaced.", valueName: "count"))
  var allowUnregister: Int?

  @Flag(help: "Let the files declare no account at all.")
  var allowEmpty = false

  @Option(help: ArgumentHelp("Take over what this other owner registered.", valueName: "owner"))
  var takeover: String?

  @Flag(help: "Ask for a missing password on the terminal.")
  var ask = false

  func planOptions() -> PlanOptions {
    var options = PlanOptions()
    options.prune = noPrune ? .never : nil
    options.allowEmpty = allowEmpty
    options.allowUnregister = allowUnregister
    options.takeover = takeover
    options.only = Set(only.flatMap { $0.split(separator: ",") }.map { AccountID(String($0)) })
    options.liveSource = noRefresh ? .state : .registrar
    return options
  }
}
