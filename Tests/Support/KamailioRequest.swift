/// A REGISTER as a Kamailio of a test logged it.
public struct KamailioRequest: Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// It came in, copies and those without credentials included.
    case received
    /// It was accepted.
    case saved
  }

  public let kind: Kind
  /// The From URI.
  public let from: String
  /// The To URI.
  public let identity: String
  public let requestURI: String
  public let callID: String
  public let cseq: Int
  /// The Expires header field.
  public let expires: Int?
  public let hasAuthorization: Bool
  /// The user name of its credentials; nil for one without.
  public let username: String?
  /// The Contact header field; nil for a question.
  public let contact: String?

  /// Reads a line of the log; nil for any other line.
  init?(line: Substring) {
    guard let mark = line.firstRange(of: "@@") else { return nil }
    let fields = line[mark.upperBound...].split(
      separator: "|",
      maxSplits: 9,
      omittingEmptySubsequences: false
    )
    guard fields.count == 10, let kind = Kind(rawValue: String(fields[0])), let cseq = Int(fields[4]) else {
      return nil
    }
    self.kind = kind
    identity = String(fields[1])
    requestURI = String(fields[2])
    callID = String(fields[3])
    self.cseq = cseq
    expires = Int(fields[5])
    hasAuthorization = Int(fields[6]).map { $0 > 0 } ?? false
    from = String(fields[7])
    username = KamailioRequest.value(fields[8])
    contact = KamailioRequest.value(fields[9])
  }

  private static func value(_ field: Substring) -> String? {
    field == "<null>" || field.isEmpty ? nil : String(field)
  }

  /// True for one that can change a binding.
  public var changesBindings: Bool { contact != nil }
}
