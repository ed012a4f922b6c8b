import Foundation

/// A real Kamailio as registrar on a free loopback port: digest for any user with one password, bindings in
/// memory. It belongs to one test, and ends with it.
public final class KamailioProcess {
  public let port: UInt16
  /// The other one that the settings ask for.
  public let secondPort: UInt16?
  private let folder: TemporaryFolder
  private var settings: KamailioSettings
  private var child: ChildProcess
  private var starts = 1
  private var isRunning = true

  private static let program = "/usr/sbin/kamailio"
  private static let controlProgram = "/usr/sbin/kamcmd"

  public static var isInstalled: Bool {
    FileManager.default.isExecutableFile(atPath: program)
      && FileManager.default.isExecutableFile(atPath: controlProgram)
      && KamailioSettings.moduleFolder() != nil
  }

  /// Starts one, lends it, and ends it.
  public static func with<Result>(
    _ settings: KamailioSettings = KamailioSettings(),
    _ body: (KamailioProcess) async throws -> Result
  ) async throws -> Result {
    try await TemporaryFolder.with { folder in
      let kamailio = try await start(settings, in: folder)
      do {
        let result = try await body(kamailio)
        try await kamailio.stop()
        return result
      } catch {
        try await kamailio.kill()
        throw error
      }
    }
  }

  /// A free port may be taken before Kamailio has it: then another one is tried.
  private static func start(
    _ settings: KamailioSettings,
    in folder: TemporaryFolder
  ) async throws -> KamailioProcess {
    var lastError: any Error = SupportError.notInstalled("kamailio")
    for _ in 0..<5 {
      let port = try LoopbackSocket.freePort()
      let secondPort = settings.hasSecondPort ? try LoopbackSocket.freePort() : nil
      let child = try launch(settings, port: port, secondPort: secondPort, in: folder, start: 1)
      let kamailio = KamailioProcess(
        port: port,
        secondPort: secondPort,
        folder: folder,
        settings: settings,
        child: child
      )
      do {
        try await kamailio.waitUntilReady()
        return kamailio
      } catch {
        lastError = error
      }
    }
    throw lastError
  }

  private init(
    port: UInt16,
    secondPort: UInt16?,
    folder: TemporaryFolder,
    settings: KamailioSettings,
    child: ChildProcess
  ) {
    self.port = port
    self.secondPort = secondPort
    self.folder = folder
    self.settings = settings
    self.child = child
  }

  private static func launch(
    _ settings: KamailioSettings,
    port: UInt16,
    secondPort: UInt16?,
    in folder: TemporaryFolder,
    start: Int
  ) throws -> ChildProcess {
    guard let modules = KamailioSettings.moduleFolder() else { throw SupportError.notInstalled("kamailio") }
    let text = settings.text(
      port: port,
      secondPort: secondPort,
      modules: modules,
      control: folder.path("ctl")
    )
    let path = try folder.write(text, to: "kamailio.cfg")
    let run = try folder.makeFolder("run")
    return try ChildProcess.start(
      program,
      ["-f", path, "-DD", "-E", "-w", run, "-Y", run, "-P", folder.path("pid"), "-m", "64"],
      outputName: folder.path("kamailio-\(start)")
    )
  }

  /// Ready is when the control socket answers; an end before that is an error with Kamailio's own words.
  private func waitUntilReady() async throws {
    let child = self.child
    do {
      try await eventually("kamailio's control socket") { () -> Void? in
        if let end = try child.endIfEnded() {
          isRunning = false
          throw SupportError.unexpected("kamailio ended (\(end)): \(try child.standardError())")
        }
        let answer = try await control(["core.uptime"])
        return answer.code == 0 ? () : nil
      }
    } catch {
      try await kill()
      throw error
    }
  }
}

// MARK: - Its life

extension KamailioProcess {
  /// Ends it as an operator would. One that hangs in its own shutdown, which happens now and then, is killed:
  /// that is not what any test is about.
  public func stop() async throws {
    guard isRunning else { return }
    isRunning = false
    child.send(SIGTERM)
    do {
      _ = try await child.end(within: .seconds(3))
    } catch SupportError.timedOut {
      // It is killed by now.
    }
  }

  /// Ends it at once, with all that it knows.
  public func kill() async throws {
    guard isRunning else { return }
    isRunning = false
    try await child.killAndWait()
  }

  /// Lets it hear nothing until `goOn`; what arrives meanwhile waits.
  public func pause() { child.sendToAll(SIGSTOP) }

  public func goOn() { child.sendToAll(SIGCONT) }

  /// Starts it again at the same port, with no binding left. The log of requests begins anew.
  ///
  /// - Parameter settings: other ones than before; nil for the same.
  public func startAgain(_ settings: KamailioSettings? = nil) async throws {
    precondition(!isRunning, "it runs already")
    if let settings { self.settings = settings }
    starts += 1
    child = try KamailioProcess.launch(
      self.settings,
      port: port,
      secondPort: secondPort,
      in: folder,
      start: starts
    )
    isRunning = true
    try await waitUntilReady()
  }
}

// MARK: - What it knows

extension KamailioProcess {
  /// All bindings, by address of record as `user@host`.
  public func bindings() async throws -> [String: [KamailioBinding]] {
    let answer = try await control(["ul.dump"])
    guard answer.code == 0 else { throw SupportError.unexpected("ul.dump: \(answer.standardError)") }
    return KamailioBinding.parse(answer.standardOutput)
  }

  /// All REGISTERs since its start, in order.
  public func requests() throws -> [KamailioRequest] {
    try child.standardError().split(separator: "\n").compactMap { KamailioRequest(line: $0) }
  }

  /// One of its counters, such as `registrar.accepted_regs`.
  public func counter(_ name: String) async throws -> Int? {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    let answer = try await control(["cnt.get"] + parts)
    return Int(answer.standardOutput.filter { $0.isNumber })
  }

  /// Changes the password of every user.
  public func setPassword(_ password: String) async throws {
    let answer = try await control(["htable.sets", "settings", "password", password])
    guard answer.code == 0 else { throw SupportError.unexpected("htable.sets: \(answer.standardError)") }
  }

  /// Drops the bindings of one address of record behind everybody's back.
  public func removeBindings(of identity: String) async throws {
    let answer = try await control(["ul.rm", "location", identity])
    guard answer.code == 0 else { throw SupportError.unexpected("ul.rm: \(answer.standardError)") }
  }

  private func control(_ arguments: [String]) async throws -> ProgramRun {
    try await ProgramRun.of(
      KamailioProcess.controlProgram,
      ["-s", "unix:\(folder.path("ctl"))"] + arguments,
      in: folder
    )
  }
}
