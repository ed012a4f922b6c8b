import Reconcile
import SIP

/// What an account is before its own keys are read: the program's defaults and the file's.
struct AccountTemplate {
  /// Its name and identity mean nothing.
  var account: Account
  /// The keys that the file's `defaults` give, one bit each.
  var given: KeyBits

  init() {
    let nowhere = SIPURI(host: .ipv4(IPv4Address(value: 0)))
    account = Account(id: AccountID(""), identity: NameAddress(uri: nowhere))
    given = KeyBits()
  }
}

/// A set of an account's keys.
struct KeyBits {
  private var bits: UInt32 = 0

  func contains(_ key: AccountKey) -> Bool { bits & 1 << UInt32(key.rawValue) != 0 }

  mutating func insert(_ key: AccountKey) { bits |= 1 << UInt32(key.rawValue) }
}
