#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the entry points of libFuzzer do with a subject.
package enum FuzzRun {
  /// Reads one input. A fault ends the process, which is how libFuzzer learns of it and keeps the input.
  package static func one(_ subject: FuzzSubject, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    precondition(subject.holds(UnsafeRawBufferPointer(start: bytes, count: count)), "\(subject.name): broken")
    return 0
  }

  /// Writes the subject's seeds into the folder that `FUZZ_SEEDS` names, before libFuzzer reads it.
  package static func begin(_ subject: FuzzSubject) -> CInt {
    guard let folder = getenv("FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
    for (number, seed) in subject.seeds().enumerated() {
      guard let file = fopen("\(folder)/\(subject.name)-\(number)", "w") else {
        perror("FUZZ_SEEDS must name a folder that can be written: \(folder)")
        exit(1)
      }
      fwrite(seed, 1, seed.count, file)
      fclose(file)
    }
    return 0
  }
}
