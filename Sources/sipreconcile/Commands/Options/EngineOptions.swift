import ArgumentParser
import Reconcile
import SIP

/// How the engine is set up; what is given here wins over the files.
struct EngineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The address to bind.", valueName: "host:port"),
    transform: { try OptionValue.read($0, BindAddress.rule) }
  )
  var bind: BindAddress?

  @Option(
    help: ArgumentHelp("What contacts show in place of our own address.", valueName: "host[:port]"),
    transform: { try OptionValue.read($0, AdvertisedAddress.rule) }
  )
  var advertise: AdvertisedAddress?

  @Option(
    help: ArgumentHelp("SIP timers, such as t1=50ms,t2=400ms,t4=500ms.", valueName: "timers"),
    transform: { try OptionValue.read($0, TimerChoice.rule) }
  )
  var timers = TimerChoice()

  @Option(
    help: ArgumentHelp(
      "Ask this name server in place of the system's; may be given more than once.",
      valueName: "address[:port]"
    )
  )
  var dnsServer: [NameServerAddress] = []

  @Option(help: "Make random choices repeatable, for tests.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Write every message to this file, credentials removed; - is standard error.",
      valueName: "file"
    ),
    completion: .file()
  )
  var trace: String?

  /// The options that were given.
  var given: [String] {
    var given: [String] = []
    if bind != nil { given.append("--bind") }
    if advertise != nil { given.append("--advertise") }
    if timers != TimerChoice() { given.append("--timers") }
    if !dnsServer.isEmpty { given.append("--dns-server") }
    if seed != nil { given.append("--seed") }
    if trace != nil { given.append("--trace") }
    return given
  }

  /// The engine that these options and the files ask for.
  func request(
    _ settings: EngineSettings,
    limits: [RegistrarLimits],
    _ surroundings: Surroundings
  ) throws(CommandFailure) -> EngineRequest {
    var request = EngineRequest()
    let written = (
      bind: try written(settings.bind, "bind", BindAddress.init(argument:)),
      advertise: try written(settings.advertise, "advertise", AdvertisedAddress.init(argument:))
    )
    request.bind = (bind ?? written.bind)?.endpoint
    request.advertise = advertise ?? written.advertise
    request.learnsContacts = settings.natContact == .auto && request.advertise == nil
    request.offersOverloadControl = settings.overloadControl
    request.userAgent = settings.userAgent
    request.limits = limits
    request.timers = timers
    request.nameServers = dnsServer.map(\.endpoint)
    request.localAddresses = settings.localAddresses
    request.challenges = settings.challenges
    request.seed = seed
    if let trace { request.trace = try TraceFile.open(trace, surroundings) }
    return request
  }

  private func written<Value>(
    _ text: String?,
    _ key: String,
    _ read: (String) -> Value?
  ) throws(CommandFailure) -> Value? {
    guard let text else { return nil }
    if let value = read(text) { return value }
    throw CommandFailure(
      .invalidManifest,
      "engine.\(key) is no address with a port: `\(text)`; write it like 192.0.2.1:5060 or [2001:db8::1]:5060",
      rule: "address"
    )
  }
}
