import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension StateStore {
  /// The file of an owner where none is named: `$XDG_STATE_HOME/sipreconcile/OWNER.db`, or under
  /// `~/.local/state`.
  ///
  /// A relative `XDG_STATE_HOME` is ignored, as its specification says. Bytes of the owner that do not belong
  /// in a file name are written as `%` and two hexadecimal digits.
  public static func defaultPath(owner: String, environment: [String: String]) -> String {
    "\(defaultFolder(environment: environment))/\(fileName(owner: owner)).db"
  }

  /// The folder of all states that are not elsewhere.
  public static func defaultFolder(environment: [String: String]) -> String {
    let base: String
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      base = state
    } else {
      base = (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state"
    }
    return "\(base)/sipreconcile"
  }

  /// The path without links, so that what lies beside a state is found by each of its names; a path where nothing
  /// is stays as it is.
  package static func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func fileName(owner: String) -> String {
    var name = ""
    for (position, byte) in owner.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: ".") where position > 0:
        name.append(".")
      default:
        name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return name
  }
}
