/// A contact that a Kamailio of a test has for an address of record.
public struct KamailioBinding: Sendable, Hashable {
  public let contact: String
  /// Seconds left; nil for a binding that is being removed.
  public let expires: Int?
  public let callID: String
  public let cseq: Int

  /// Reads what `ul.dump` prints: `AoR:`, and under it `Address:`, `Expires:`, `Call-ID:`, `CSeq:`.
  static func parse(_ dump: String) -> [String: [KamailioBinding]] {
    var found: [String: [KamailioBinding]] = [:]
    var identity = ""
    var address = ""
    var expires: Int?
    var callID = ""
    for line in dump.split(separator: "\n") {
      let pair = line.drop(while: { $0 == "\t" || $0 == " " }).split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { continue }
      let value = pair[1].drop(while: { $0 == " " })
      switch pair[0] {
      case "AoR": identity = String(value)
      case "Address": address = String(value)
      case "Expires": expires = Int(value)
      case "Call-ID": callID = String(value)
      case "CSeq":
        let binding = KamailioBinding(
          contact: address,
          expires: expires,
          callID: callID,
          cseq: Int(value) ?? -1
        )
        found[identity, default: []].append(binding)
      case _: continue
      }
    }
    return found
  }
}
