import NIOCore
import SIP
import SIPTransport

/// The probes under way on one event loop, and what they share.
final class ProbeTable {
  private let binder: DatagramBinder
  private let connector: StreamConnector
  private var shells: [UInt64: ProbeShell] = [:]
  /// Made once for each way to trust, for it reads files.
  private var trust: [TLSSettings: Result<TLSContext, TLSSettingsError>] = [:]

  /// To be made on the event loop.
  init(loop: any EventLoop, limit: Duration) {
    binder = DatagramBinder(loop: loop)
    var streams = StreamSettings()
    streams.openLimit = min(streams.openLimit, .nanoseconds(limit.nanoseconds))
    connector = StreamConnector(loop: loop, settings: streams)
  }

  func begin(
    _ number: UInt64,
    _ request: OptionsRequest,
    to target: Target,
    tls: TLSSettings,
    _ settings: ServerProber.Settings,
    loop: any EventLoop,
    finish: @escaping (ProbeResult) -> Void
  ) {
    let machine = OptionsProbe(
      request,
      to: target.server,
      timers: settings.timers,
      limit: settings.limit,
      at: EngineShell.now
    )
    let shell = ProbeShell(machine, to: target, loop: loop, trace: settings.trace) { result in
      self.shells[number] = nil
      finish(result)
    }
    shells[number] = shell
    guard target.server.transport != .udp else { return shell.open(binder) }
    var stream = StreamTarget(
      transport: target.server.transport,
      server: target.server.endpoint,
      domain: target.domain
    )
    do throws(TLSSettingsError) {
      if target.server.transport.isSecure { stream.tls = try context(tls).get() }
      shell.open(connector, stream)
    } catch {
      shell.fail(FlowFailure(.tls, error.description), shown: nil)
    }
  }

  private func context(_ settings: TLSSettings) -> Result<TLSContext, TLSSettingsError> {
    if let known = trust[settings] { return known }
    let made = Result { () throws(TLSSettingsError) in try TLSContext(settings) }
    trust[settings] = made
    return made
  }

  func cutOff(_ number: UInt64) { shells[number]?.cutOff() }

  func cutOffAll() { for shell in shells.values { shell.cutOff() } }
}
