#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells whether the files of some TLS settings are still the ones that were read, without reading them.
package struct TLSFileStamps: Equatable, Sendable {
  private struct Stamp: Equatable {
    var device: UInt64
    var node: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
  }

  /// Nil where no file is named, or none is there.
  private let stamps: [Stamp?]

  package init(_ settings: TLSSettings) {
    stamps = [settings.trustAnchors, settings.certificate, settings.key].map { $0.flatMap(Self.stamp) }
  }

  private static func stamp(of path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let changed = status.st_ctimespec
    #else
      let changed = status.st_ctim
    #endif
    return Stamp(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      node: UInt64(status.st_ino),
      size: Int64(status.st_size),
      seconds: Int64(changed.tv_sec),
      nanoseconds: Int64(changed.tv_nsec)
    )
  }
}
