#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The file in which a rehearsal keeps its registrar's bindings.
enum SandboxBindings {
  /// A missing file is no bindings; one that cannot be read is an error.
  static func read(_ path: String) throws(CommandFailure) -> [RegistrarBinding] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      return try JSONDecoder().decode([RegistrarBinding].self, from: Data(contentsOf: URL(filePath: path)))
    } catch {
      throw CommandFailure(
        .failed,
        "the rehearsal's bindings in \(path) cannot be read; delete that file to rehearse from nothing",
        rule: "sandbox"
      )
    }
  }

  static func write(_ bindings: [RegistrarBinding], to path: String) throws(CommandFailure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(bindings).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(
        .failed,
        "the rehearsal's bindings cannot be written to \(path)\(reason(error))",
        rule: "sandbox"
      )
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace?: ": the disk is full"
    case .fileWriteNoPermission?: ": permission denied"
    case .fileWriteVolumeReadOnly?: ": the file system is read-only"
    default: ""
    }
  }
}
