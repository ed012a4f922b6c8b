import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An error of the system in the words that its users know.
package enum SystemWords {
  /// `address already in use` rather than the name of a call and a number.
  package static func describe(_ error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    default: String(describing: error)
    }
  }
}
