import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where `--trace` writes.
enum TraceFile {
  /// A writer of texts to a new file, or to standard error for `-`.
  static func open(
    _ path: String,
    _ surroundings: Surroundings
  ) throws(CommandFailure) -> @Sendable (String) -> Void {
    if path == "-" {
      let write = surroundings.console.writeError
      return { write(ShownText.escapeLines($0.replacing("\r\n", with: "\n")) + "\n") }
    }
    let full = surroundings.absolute(path)
    let note = surroundings.console.note
    let sink = FileSink(path: full) { reason in
      note("warning: --trace: `\(path)` cannot be written any more: \(reason); the trace is not whole")
    }
    guard let file = sink else {
      let reason = String(cString: strerror(errno))
      throw CommandFailure(.failed, "--trace: `\(path)` cannot be written: \(reason)", rule: "trace")
    }
    return { file.write($0 + "\n") }
  }
}
