#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Tells whether the files of some TLS settings still say what they said when they were read.
///
/// It goes by their contents: names may lead over links that are swapped, and a copy may keep every date.
package struct TLSFileStamps: Equatable, Sendable {
  /// Nil where no file is named, or it cannot be read.
  private let stamps: [Int?]

  package init(_ settings: TLSSettings) {
    stamps = [settings.trustAnchors, settings.certificate, settings.key].map { path in
      path.flatMap { FileManager.default.contents(atPath: $0) }.map(Self.stamp)
    }
  }

  /// Of all bytes: the hash value of `Data` is one of the first few only.
  private static func stamp(_ contents: Data) -> Int {
    var hasher = Hasher()
    contents.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
