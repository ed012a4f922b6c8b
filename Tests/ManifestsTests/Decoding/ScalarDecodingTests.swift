import Manifests
import Reconcile
import SIP
import Testing

struct ScalarDecodingTests {
  @Test(
    "SEC-55 TRAP-28 user names, passwords and users stay the text that was written",
    arguments: [
      "0123", "1e3", "0x10", "1_000", "12:30:45", "no", "on", "~", "null", "1.10", "12345678901234567890",
      "true",
      "0o17", ".inf", "2026-11-22",
    ]
  )
  func textsStayAsWritten(text: String) throws {
    let declared = try #require(
      account("identity: sip:x@example.com, auth: { username: \(text), realm: \(text), password: \(text) }")
    )
    let credential = try #require(declared.credentials.first)
    #expect(credential.username == text)
    #expect(credential.realm == text)
    #expect(credential.secret == .literal(Secret(text)))
  }

  @Test("SEC-55 a user part of digits keeps its zeros")
  func aUserPartKeepsItsZeros() {
    #expect(account("identity: sip:0123@example.com")?.identity.uri.user == "0123")
  }

  @Test(
    "a text that fits into no request is refused, with the limit",
    arguments: ["identity", "contact", "registrar"]
  )
  func aTextHasALimit(key: String) {
    let long = "sip:\(String(repeating: "a", count: 70_000))@example.com"
    let keys = key == "identity" ? "identity: '\(long)'" : "identity: sip:a@example.com, \(key): '\(long)'"
    let result = load("accounts: { a: { \(keys) } }\n")
    #expect(result.diagnostics.map(\.message) == ["`\(key)` has 70016 bytes, and 8192 at most are allowed"])
  }

  @Test(
    "REG-19 seconds and durations are read exactly",
    arguments: [
      ("1", 1), ("90", 90), ("90s", 90), ("10m", 600), ("1h", 3600), ("1h30m", 5400), ("2d", 172_800),
      ("4294967295", UInt32.max),
    ]
  )
  func durationsAreReadExactly(text: String, seconds: UInt32) {
    #expect(account("identity: sip:a@example.com, expires: \(text)")?.expires == seconds)
  }

  @Test(
    "REG-19 what is no duration, or too long, is refused",
    arguments: [
      "-1", "4294967296", "1.5", "1h 30m", "30m1h", "1h1h", "h", "1w", "99999999999999999999h", "50000d",
    ]
  )
  func wrongDurationsAreRefused(text: String) {
    #expect(load("accounts: { a: { identity: sip:a@example.com, expires: \(text) } }").rules == ["range"])
  }

  @Test(
    "REG-22 a preference has at most three decimals",
    arguments: [
      ("0.75", true), ("1", true), ("1.000", true), ("0.", true), ("1.5", false), ("0.1234", false),
      ("2", false),
    ]
  )
  func aPreferenceHasAtMostThreeDecimals(text: String, isFine: Bool) {
    let declared = account("identity: sip:a@example.com, contact: { uri: sip:a@192.0.2.1, q: \(text) }")
    #expect(declared?.contact?.q == (isFine ? text : nil))
  }
}
