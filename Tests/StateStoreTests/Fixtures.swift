import Foundation
import Reconcile
import SIP
import StateStore

/// A folder of its own for each test, gone afterwards.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/sipreconcile-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("left behind: \(path): \(error)")
    }
  }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

  /// Copies a state as a crash would leave it: the file and its log as they are on the disk at this moment.
  func crashCopy(of name: String, to copy: String) throws {
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: file(name + suffix)) {
      try FileManager.default.copyItem(atPath: file(name + suffix), toPath: file(copy + suffix))
    }
  }
}

let noon = Timestamp(milliseconds: 1_795_348_800_000)

func uri(_ text: String) -> SIPURI { try! SIPURI(parsing: text) }

func account(_ name: String) -> Account {
  var account = Account(id: AccountID(name), identity: NameAddress(uri: uri("sip:\(name)@example.org")))
  account.credentials = [CredentialDeclaration(username: name, secret: .environment("SECRET"))]
  return account
}

func owned(_ name: String, callID: String? = nil, phase: OwnedRegistration.Phase = .bound)
  -> OwnedRegistration
{
  var owned = OwnedRegistration(
    callID: callID ?? "\(name)-call@example.org",
    account: account(name),
    phase: phase,
    updatedAt: noon
  )
  owned.cseqReserved = 100
  owned.secretFingerprint = "00112233445566778899aabbccddeeff"
  owned.contact = "sip:\(name)@192.0.2.7:5060"
  owned.granted = 3600
  owned.expiresAt = noon + .seconds(3600)
  owned.refreshAt = noon + .seconds(2900)
  owned.lastCode = 200
  owned.lastReason = "OK"
  owned.peer = "198.51.100.4:5060"
  return owned
}

/// An account in which every field differs from its default.
func fullAccount() -> Account {
  var account = Account(
    id: "full",
    identity: NameAddress(displayName: "A \"quoted\" \\ näme\u{1}🎉", uri: uri("sip:full@example.org")),
    registrar: uri("sip:registrar.example.org:5070;transport=tcp")
  )
  account.from = NameAddress(displayName: "The \"gateway\"", uri: uri("sip:gateway@example.org;user=ip"))
  account.outboundProxy = [uri("sip:edge1.example.org;lr"), uri("sip:[2001:db8::1]:5061;lr")]
  account.transport = .tcp
  account.register = false
  account.dependsOn = [
    Dependency(account: "master", contact: .own, condition: .attempted), Dependency(account: "other"),
  ]
  account.credentials = [
    CredentialDeclaration(
      username: "a",
      realm: "r",
      kind: .ha1,
      secret: .file("/x y"),
      algorithms: [.sha256]
    ),
    CredentialDeclaration(username: "b", secret: .command(["pass", "show", "b"])),
    CredentialDeclaration(username: "c", secret: .credential("c")),
    CredentialDeclaration(username: "d", secret: .literal(nil)),
    CredentialDeclaration(username: "e", secret: .environment("E")),
  ]
  account.expires = 600
  account.contact = ContactDeclaration(
    uri: uri("sip:pbx@192.0.2.1:5080"),
    q: "0.5",
    parameters: [HeaderField("+sip.flag", "")]
  )
  account.push = PushParameters(provider: "apns", param: "TEAM.app", prid: "00fc13adff78512")
  account.outbound = OutboundSettings(
    isEnabled: true,
    instanceID: "urn:uuid:1",
    regID: 2,
    usesGRUU: true,
    flow: 3
  )
  account.headers = [HeaderField("X-One", "1"), HeaderField("X-Two", "a\tb")]
  account.keepAlive = 0
  account.retry = RetryPolicy(base: 1, max: 2, stalledProbe: 3)
  account.onRemove = .abandon
  account.onMasterLoss = .withdraw
  account.exclusive = true
  account.protect = true
  account.sharedIdentity = true
  account.redirects = ["example.net"]
  account.redirect = uri("sip:voicemail@example.org")
  account.movedFrom = "former"
  account.labels = ["site": "north", "": "empty"]
  account.description = "line one\nline two"
  account.tls = TLSSettings(
    ca: "/ca.pem",
    certificate: "/me.pem",
    key: "/me.key",
    serverName: "s",
    allowWildcard: true
  )
  return account
}
