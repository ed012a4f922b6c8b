import Reconcile
import SIP
import Testing

@Suite struct AccountFingerprintTests {
  @Test func everyFieldIsInTheFingerprint() {
    let base = Account.named("a")
    var seen: Set<AccountFingerprint> = [AccountFingerprint(base)]
    for row in ChangeTableTests.rows {
      var changed = base
      row.change(&changed)
      #expect(seen.insert(AccountFingerprint(changed)).inserted, "\(row.field)")
    }
    var transport = base
    transport.transport = .tls
    #expect(seen.insert(AccountFingerprint(transport)).inserted)
    for isEnabled in [false, true] {
      var gruu = base
      gruu.outbound = OutboundSettings(isEnabled: isEnabled, usesGRUU: true)
      #expect(seen.insert(AccountFingerprint(gruu)).inserted)
    }
  }

  @Test func theNameOfWhoRegistersIsInTheFingerprint() {
    let uri = SIPURI(user: "gateway", host: .name("example.org"))
    let fingerprints = [nil, NameAddress(uri: uri), NameAddress(displayName: "G", uri: uri)].map { from in
      AccountFingerprint(.named("a") { $0.from = from })
    }
    #expect(Set(fingerprints).count == 3)
  }

  @Test func aLiteralSecretIsLeftOut() {
    let one = Account.named("a") {
      $0.credentials = [CredentialDeclaration(username: "a", secret: .literal(Secret("1")))]
    }
    let none = Account.named("a") {
      $0.credentials = [CredentialDeclaration(username: "a", secret: .literal(nil))]
    }
    #expect(AccountFingerprint(one) == AccountFingerprint(none))
    #expect(one.differences(from: none).isEmpty)
  }

  @Test func theFingerprintIsFixed() {
    let fingerprint = AccountFingerprint(.named("a"))
    #expect(fingerprint.description == "c7225eadf8c432adc436f1c66a850c16")
    #expect(AccountFingerprint(bytes: fingerprint.bytes) == fingerprint)
    #expect(AccountFingerprint(bytes: [1, 2]) == nil)
  }

  @Test func whereADeviceTokenCameFromIsNoDifference() {
    let before = Account.named("a") { $0.push = PushParameters(provider: "apns", prid: "token") }
    let after = Account.named("a") {
      $0.push = PushParameters(provider: "apns", prid: "token", pridReference: .environment("TOKEN"))
    }
    #expect(after.differences(from: before) == [])
  }

  @Test func aDifferenceHasNoValueOfASecret() {
    let before = Account.named("a") { $0.push = PushParameters(provider: "apns", prid: "token-1") }
    let after = Account.named("a") { $0.push = PushParameters(provider: "apns", prid: "token-2") }
    #expect(after.differences(from: before) == [.push])
    let token = FieldChange(path: "push.prid", before: nil, after: nil, isSensitive: true)
    #expect(FieldChange.changes(of: .push, before: before, after: after) == [token])
    var moved = after
    moved.push?.provider = "fcm"
    let provider = FieldChange(path: "push", before: "apns", after: "fcm")
    #expect(FieldChange.changes(of: .push, before: before, after: moved) == [provider, token])
    #expect(!FieldChange.all(of: after).contains { $0.after?.contains("token") == true })
  }
}
