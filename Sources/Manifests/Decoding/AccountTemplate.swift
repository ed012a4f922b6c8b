import Reconcile
import SIP

/// What an account is before its own keys are read: the program's defaults and the file's.
struct AccountTemplate {
  /// Its name and identity mean nothing.
  var account: Account
  /// The keys that the file's `defaults` give, one bit each.
  var given: KeyBits
  /// Where they are written.
  var locations: [AccountField: SourceLocation] = [:]

  init() {
    let nowhere = SIPURI(host: .ipv4(IPv4Address(value: 0)))
    account = Account(id: AccountID(""), identity: NameAddress(uri: nowhere))
    given = KeyBits()
  }
}
