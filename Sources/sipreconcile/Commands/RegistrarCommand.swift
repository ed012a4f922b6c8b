import ArgumentParser
import Reconcile
import SIP

/// Runs the embedded registrar as a server.
struct RegistrarCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "registrar",
    abstract: "Run a registrar on this machine, for trying things out and for tests.",
    discussion: """
      Prints its addresses, and lists its bindings on SIGUSR1; with -o json or -o ndjson both are JSON lines. \
      Without --user it lets everybody in without a challenge. --faults plays a script of refusals, delays \
      and losses.

      EXAMPLE:
        sipreconcile registrar --listen 127.0.0.1:5070 --domain example.org --user alice:secret
        sipreconcile registrar --listen tcp:127.0.0.1:5070 --listen tls:127.0.0.1:5071 --certificate me.pem --key me.key
      """
  )

  @Option(
    help: ArgumentHelp(
      "The address and port, after udp:, tcp:, tls:, ws: or wss: (udp without one); port 0 takes a free one. May be repeated.",
      valueName: "host:port"
    )
  )
  var listen = [ListenAddress(argument: "127.0.0.1:0")!]

  @Option(
    help: ArgumentHelp(
      "A PEM file with the certificate for tls: and wss:, and its chain.",
      valueName: "file"
    ),
    completion: .file()
  )
  var certificate: String?

  @Option(
    help: ArgumentHelp("A PEM file with the certificate's private key.", valueName: "file"),
    completion: .file()
  )
  var key: String?

  @Option(
    help: ArgumentHelp(
      "A PEM file with the authorities that clients of tls: and wss: must have a certificate of.",
      valueName: "file"
    ),
    completion: .file()
  )
  var clientCA: String?

  @Option(
    help: ArgumentHelp(
      "A domain that it serves; may be repeated. Without it, every domain.",
      valueName: "name"
    )
  )
  var domain: [String] = []

  @Option(help: ArgumentHelp("Who may register; may be repeated.", valueName: "name:password"))
  var user: [UserArgument] = []

  @Option(
    help: ArgumentHelp(
      "The faults to play, such as 'status=503,count=3; silence,probability=0.1', or a file with them.",
      valueName: "script"
    ),
    completion: .file()
  )
  var faults: String?

  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    var request = RegistrarRequest(listen: listen)
    request.domains = domain
    request.users = user.isEmpty ? nil : user.map(\.credential)
    request.faults = try faults.map { (script) throws(CommandFailure) in
      try TextFile.textOrContents(script, run.surroundings, option: "--faults")
    }
    (request.certificate, request.key, request.clientAnchors) = (certificate, key, clientCA)
    let lines = RegistrarLines(run: run)
    let registrar = try await run.surroundings.composition.startRegistrar(request)
    for address in registrar.addresses { lines.listening(at: address) }
    let end = await RegistrarService(registrar: registrar, lines: lines).serve(run.surroundings)
    await registrar.stop()
    return CommandEnd(end.status)
  }
}

/// `NAME:PASSWORD` as an option's value.
struct UserArgument: ExpressibleByArgument, Sendable {
  let credential: Credential

  init?(argument: String) {
    guard let colon = argument.firstIndex(of: ":"), colon != argument.startIndex else { return nil }
    credential = Credential(
      username: String(argument[..<colon]),
      proof: .password(Secret(String(argument[argument.index(after: colon)...])))
    )
  }
}
