import Foundation
import Reconcile
import SIP
import Testing

@testable import StateStore

@Suite struct AccountTextTests {
  private func written(_ account: Account) -> [UInt8] {
    var json = JSONWriter()
    json.account(account)
    return json.bytes
  }

  private func read(_ bytes: [UInt8]) throws -> Account {
    try bytes.withUnsafeBufferPointer { buffer in try JSONReader.account(buffer) }
  }

  @Test func everyFieldSurvives() throws {
    #expect(try read(written(fullAccount())) == fullAccount())
  }

  @Test func theFixtureChangesEveryField() {
    let plain = Mirror(reflecting: account("full")).children.map { "\($0.value)" }
    let full = Mirror(reflecting: fullAccount()).children.map { "\($0.value)" }
    let same = zip(plain, full).filter { $0 == $1 }.map { $0.0 }
    #expect(same == ["full"], "a field of Account is not in the fixture")
  }

  @Test func anAccountOfDefaultsSurvives() throws {
    let plain = Account(id: "plain", identity: NameAddress(uri: uri("sips:plain@[2001:db8::2]:5061")))
    #expect(try read(written(plain)) == plain)
  }

  @Test func theShapeIsTheCodableOne() throws {
    #expect(try read([UInt8](JSONEncoder().encode(fullAccount()))) == fullAccount())
    #expect(try read([UInt8](JSONEncoder().encode(account("plain")))) == account("plain"))
  }

  @Test("SEC-72 no clear-text secret is in a stored account")
  func noSecretIsWritten() throws {
    var account = account("alice")
    account.credentials[0].secret = .literal(Secret("canary"))
    let text = String(decoding: written(account), as: UTF8.self)
    #expect(!text.contains("canary"))
    #expect(try read(Array(text.utf8)).credentials[0].secret == .literal(nil))
  }

  @Test func aKeyOfALaterVersionIsSkipped() throws {
    let text = String(decoding: written(account("alice")), as: UTF8.self)
    let later = #"{"later":{"a":[1,-2.5e3,null,true,"\u00e9\ud83c\udf89\n"]},"# + text.dropFirst()
    #expect(try read(Array(later.utf8)) == account("alice"))
  }

  @Test("SEC-73 cut-off text is an error at each length")
  func cutOffText() {
    let bytes = written(fullAccount())
    for count in 0..<bytes.count {
      #expect(throws: MalformedAccount.self) { try read(Array(bytes.prefix(count))) }
    }
  }

  @Test("SEC-73 a changed byte is an error or another account, never a crash")
  func changedBytes() {
    let bytes = written(fullAccount())
    var readable = 0
    for position in bytes.indices {
      for byte in [0, UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "9"), 0xFF] {
        var changed = bytes
        changed[position] = byte
        do throws(MalformedAccount) {
          _ = try changed.withUnsafeBufferPointer { (buffer) throws(MalformedAccount) in
            try JSONReader.account(buffer)
          }
          readable += 1
        } catch {
          #expect(!error.reason.contains("example.org"))
        }
      }
    }
    #expect(readable < bytes.count * 5)
  }

  @Test(
    "SEC-73 text that is no account is refused",
    arguments: [
      "", "null", "[]", "{}", "{} {}", #"{"id":1}"#,
      #"{"id":"a","identity":{"uri":"tel:1"},"registrar":"sip:a"}"#,
      #"{"id":"a","identity":{"uri":"sip:a@b"},"registrar":"sip:b","transport":"sctp"}"#,
      #"{"id":"a","identity":{"uri":"sip:a@b"},"registrar":"sip:b","expires":4294967296}"#,
      #"{"id":"\ud800"}"#, #"{"id":"\x"}"#, "{\"id\":\"a\u{1}\"}",
      String(repeating: #"{"x":"#, count: 100_000),
      #"{"x":"# + String(repeating: "[", count: 100_000),
    ]
  )
  func refused(text: String) {
    #expect(throws: MalformedAccount.self) { try read(Array(text.utf8)) }
  }
}
