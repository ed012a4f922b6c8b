import ArgumentParser
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes a file to start from.
struct InitCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented file to start from.",
    discussion: """
      The file is valid as it is, and can be rehearsed at once with apply --sandbox. One that exists is \
      never overwritten; - writes to standard output.

      EXAMPLE:
        sipreconcile init
        sipreconcile init trunks.yaml --owner edge-1
        sipreconcile apply --sandbox accounts.yaml
      """
  )

  @Argument(help: ArgumentHelp("The file; - is standard output.", valueName: "file"), completion: .file())
  var file = "accounts.yaml"

  @Option(help: ArgumentHelp("The owner that the file names.", valueName: "name"))
  var owner = "example"

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try outputOptions.checkHumanOnly("init writes YAML")
    try StarterFile.check(owner: owner)
    if file.isEmpty { throw ValidationError("init takes a file's name, or - for standard output.") }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let text = StarterFile.text(owner: owner)
    guard file != "-" else {
      run.console.writeOutput(text)
      return .done
    }
    try write(text, run.surroundings)
    run.output.note(.info, "Written: \(file). Rehearse it with: sipreconcile apply --sandbox \(file)")
    return .done
  }

  private func write(_ text: String, _ surroundings: Surroundings) throws(CommandFailure) {
    let path = surroundings.absolute(file)
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let message =
        errno == EEXIST
        ? "`\(file)` exists already and is not overwritten; name another file"
        : "`\(file)` cannot be written: \(String(cString: strerror(errno)))"
      throw CommandFailure(.failed, message, rule: "file")
    }
    let reason = Mutex<String?>(nil)
    FileSink(descriptor) { lost in reason.withLock { $0 = lost } }.write(text)
    if let reason = reason.withLock({ $0 }) {
      unlink(path)
      throw CommandFailure(.failed, "`\(file)` cannot be written: \(reason)", rule: "file")
    }
  }
}
