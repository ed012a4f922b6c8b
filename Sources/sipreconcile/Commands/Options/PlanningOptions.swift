import Agent
import ArgumentParser
import Reconcile

/// What a plan looks at, and which rails it may pass.
struct PlanningOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Look at these accounts only, and at those they depend on. Files come before it, or after --.",
      valueName: "name"
    ),
    completion: AccountNames.completionWithFiles
  )
  var only: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Leave these accounts alone.", valueName: "name"),
    completion: AccountNames.completionWithFiles
  )
  var exclude: [String] = []

  @Option(
    name: [.customShort("l"), .customLong("label")],
    help: ArgumentHelp(
      "Look only at accounts with this label, and at those they depend on; given more than once, with all of them.",
      valueName: "name=value"
    ),
    transform: { try OptionValue.read($0, LabelChoice.rule) }
  )
  var labels: [LabelChoice] = []

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
    options.only = Self.names(only)
    options.exclude = Self.names(exclude)
    options.liveSource = noRefresh ? .state : .registrar
    return options
  }

  /// As `planOptions`, with the accounts that have the labels: those of `--only`, where that names any.
  func planOptions(for desired: DesiredState) throws(CommandFailure) -> PlanOptions {
    var options = planOptions()
    guard !labels.isEmpty else { return options }
    let labelled = desired.accounts.lazy.map(\.account).filter { account in
      labels.allSatisfy { account.labels[$0.name] == $0.value }
    }.map(\.id)
    let chosen = Set(labelled).subtracting(options.exclude)
    options.only = options.only.isEmpty ? chosen : options.only.intersection(chosen)
    guard !options.only.isEmpty else {
      let wanted = labels.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
      throw CommandFailure(.usage, "no account that is looked at has the label \(wanted)", rule: "label")
    }
    return options
  }

  /// What a running watch is asked for with these options.
  func request(for desired: DesiredState) throws(CommandFailure) -> RunRequest {
    let options = try planOptions(for: desired)
    var request = RunRequest()
    request.only = options.only.sorted().map(\.name)
    request.exclude = options.exclude.sorted().map(\.name)
    request.keepsUndeclared = noPrune
    request.allowEmpty = allowEmpty
    request.allowUnregister = allowUnregister
    request.asksRegistrars = !noRefresh
    return request
  }

  /// Options that a running watch cannot take over.
  var givenForOwnProcess: [String] {
    (takeover == nil ? [] : ["--takeover"]) + (ask ? ["--ask"] : [])
  }

  private static func names(_ arguments: [String]) -> Set<AccountID> {
    Set(arguments.flatMap { $0.split(separator: ",") }.map { AccountID(String($0)) })
  }
}
