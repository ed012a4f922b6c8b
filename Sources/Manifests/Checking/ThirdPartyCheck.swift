import Reconcile
import SIP

/// Accounts that are registered by somebody else, who lends them nothing of this process (RFC 3261, 10.2; RFC 5626,
/// 4.2.3).
extension FileDecoder {
  /// - Parameter given: the keys that the account or the defaults have.
  mutating func checkThirdParty(
    _ account: inout Account,
    _ fields: Fields,
    _ entry: NamedEntry,
    given: KeyBits
  ) {
    guard let from = account.from else { return }
    // A gateway that registers a fleet may be one of its accounts, and registers itself.
    if from.uri.isSameIdentity(as: account.identity.uri) { return account.from = nil }
    let at = fields[AccountKey.from] ?? entry.key
    let wayOut =
      fields[AccountKey.from] == nil
      ? "or, where the account registers itself, write its own identity as `from`" : "or take `from` out"
    // A contact or a master that could not be read has its complaint already.
    let isMasterUnread = fields[AccountKey.dependsOn] != nil && account.dependsOn.isEmpty
    if account.hasOwnContact, !given.contains(.contact), !isMasterUnread {
      error(
        at,
        "`from` registers somebody else, whom callers do not reach at our own address; name the address with "
          + "`contact`, share a master's with `dependsOn`, \(wayOut)",
        "from"
      )
    }
    if account.outbound.isEnabled {
      error(
        fields[AccountKey.outbound] ?? at,
        "`outbound` binds this process, and `from` registers somebody else (RFC 5626, 4.2.3); write `outbound: "
          + "false`, \(wayOut)",
        "from"
      )
    }
  }
}
