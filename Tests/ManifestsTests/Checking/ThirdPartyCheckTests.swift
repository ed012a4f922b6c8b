import Manifests
import Reconcile
import SIP
import Testing

/// `from`: who registers an account, where that is somebody else (RFC 3261, 10.2).
struct ThirdPartyCheckTests {
  private static let contact = "contact: 'sip:alice@192.0.2.7'"

  private func load(_ keys: String, defaults: String = "", beside: String = "") -> LoadResult {
    ManifestsTests.load(
      """
      defaults: { \(defaults) }
      accounts:
        alice: { identity: sip:alice@example.com, \(keys) }
      \(beside)
      """
    )
  }

  /// The errors, as `line:column message`.
  private func errors(_ keys: String, defaults: String = "", beside: String = "") -> [String] {
    load(keys, defaults: defaults, beside: beside).diagnostics.filter { $0.severity == .error }.map {
      "\($0.at.map { "\($0.line):\($0.column)" } ?? "") \($0.message)"
    }
  }

  @Test("REG-20 an account says who registers it, with or without a display name, and where it is written")
  func fromIsDecoded() throws {
    let plain = try #require(load("from: 'sip:gateway@example.com', \(Self.contact)").desired?.accounts[0])
    #expect(plain.account.from == NameAddress(uri: SIPURI(user: "gateway", host: .name("example.com"))))
    #expect(plain.fieldLocations[.from] == SourceLocation(file: "test.yaml", line: 5, column: 45))
    #expect(plain.account.registrar.description == "sip:example.com")
    let named = load("from: 'The Gate <sip:gateway@example.com>', \(Self.contact)").desired?.accounts[0]
      .account
    #expect(named?.from?.description == #""The Gate" <sip:gateway@example.com>"#)
    #expect(load(Self.contact).desired?.accounts[0].account.from == nil)
  }

  @Test("REG-20 one gateway registers a whole fleet, and itself where it is one of its accounts")
  func aFleetIsRegisteredByItsGateway() throws {
    let fleet = load(
      Self.contact,
      defaults: "from: '\"Gate\" <sip:gateway@example.com>'",
      beside: """
          bob: { identity: sip:bob@example.com, dependsOn: alice }
          carol: { identity: sip:carol@example.com, from: sip:other@example.com, contact: 'sip:c@192.0.2.8' }
          gateway: { identity: "sip:%67ateway@EXAMPLE.com", outbound: true }
          dave: { identity: sip:dave@example.com, from: sip:dave@example.com }
        """
    )
    #expect(fleet.diagnostics.isEmpty)
    let accounts = try #require(fleet.desired).accounts.map(\.account)
    #expect(
      accounts.map { $0.from?.description } == [
        #""Gate" <sip:gateway@example.com>"#, #""Gate" <sip:gateway@example.com>"#,
        "<sip:other@example.com>", nil, nil,
      ]
    )
  }

  @Test(
    "REG-20 the fingerprint of an account without `from`, and of one that registers itself, is what it was"
  )
  func whoRegistersItselfIsAsBefore() throws {
    let plain = try #require(load(Self.contact).desired?.accounts[0].account)
    let itself = load("from: Al <sip:alice@example.com>, \(Self.contact)").desired?.accounts[0].account
    let other = load("from: sip:gateway@example.com, \(Self.contact)").desired?.accounts[0].account
    #expect(itself == plain)
    #expect(try AccountFingerprint(#require(itself)) == AccountFingerprint(plain))
    #expect(try AccountFingerprint(#require(other)) != AccountFingerprint(plain))
    #expect(other?.differences(from: plain) == [.from])
    #expect(AccountField.from.effect == .edit)
  }

  @Test(
    "REG-20 an address that From cannot hold is an error at its place",
    arguments: [
      ("'sip:g@example.com?Subject=x'", "`from` may not have headers (`?…`)"),
      ("'sip:g:pw@example.com'", "`from` holds a password; put it under `auth`"),
      ("'sip:g@example.com;transport=tcp'", "`from` may not have `;transport`; put it on `registrar`"),
      ("'sip:g@example.com;lr'", "`from` may not have `;lr`; put it on `registrar`"),
      ("'Gate <sip:g@example.com>;tag=1'", "`from` ends with its `>`; leave out what stands behind it"),
      ("'sip:g@example.com>'", "`from`: the `>` has no `<`"),
      (
        "'\"G\" x <sip:g@example.com>'",
        "`from`: a display name with quotes in it is written \"…\", with \\\" and \\\\ inside"
      ),
    ]
  )
  func badAddresses(from: String, message: String) {
    #expect(errors("from: \(from), \(Self.contact)") == ["5:51 \(message)"])
  }

  @Test("REG-20 `from` is one SIP address, and nothing else is")
  func otherKindsAreRefused() {
    for from in ["tel:+49301234", "gateway", "[sip:g@example.com]", "{ uri: sip:g@example.com }", "''"] {
      let found = errors("from: \(from), \(Self.contact)")
      #expect(found.count == 1 && found[0].hasPrefix("5:51 `from`"), "\(found)")
    }
  }

  private static let ownContact =
    "`from` registers somebody else, whom callers do not reach at our own address; name the address with `contact`, "
    + "share a master's with `dependsOn`, "

  @Test("REG-20 `from` without a contact of somebody else's is an error that says what to write")
  func ourOwnContactIsRefused() {
    #expect(errors("from: sip:g@example.com") == ["5:51 " + Self.ownContact + "or take `from` out"])
    let wayOut = "or, where the account registers itself, write its own identity as `from`"
    #expect(errors("expires: 60", defaults: "from: sip:g@example.com") == ["5:3 " + Self.ownContact + wayOut])
    let master = "  m: { identity: sip:m@example.com }"
    let own = errors("dependsOn: { account: m, contact: own }, from: sip:g@example.com", beside: master)
    #expect(own.count == 1 && own[0].hasSuffix(Self.ownContact + "or take `from` out"))
    #expect(errors("dependsOn: m, from: sip:g@example.com", beside: master).isEmpty)
    #expect(errors("from: sip:g@example.com", defaults: Self.contact).isEmpty)
  }

  private static let bindsUs =
    "`outbound` binds this process, and `from` registers somebody else (RFC 5626, 4.2.3); write `outbound: false`, "

  @Test("REG-20 `from` beside `outbound` is an error, at `outbound` where the account has it")
  func outboundIsRefused() {
    let keys = "\(Self.contact), from: sip:g@example.com"
    for outbound in ["true", "{ regID: 2 }", "{ instanceID: 'urn:uuid:1-2' }", "{ flows: 'sip:e1;lr' }"] {
      let found = errors("outbound: \(outbound), \(keys)")
      #expect(found == ["5:55 " + Self.bindsUs + "or take `from` out"], "\(outbound)")
    }
    #expect(errors(keys, defaults: "outbound: true") == ["5:83 " + Self.bindsUs + "or take `from` out"])
    let both = errors(Self.contact, defaults: "outbound: true, from: sip:g@example.com")
    #expect(both.count == 1 && both[0].hasPrefix("5:3 " + Self.bindsUs + "or, where the account"))
    #expect(errors("\(keys), outbound: false", defaults: "outbound: true").isEmpty)
    #expect(errors("\(keys), outbound: { enabled: false, instanceID: 'urn:uuid:1-2' }").isEmpty)
  }

  @Test("REG-20 push names the device of a declared contact, and brings no instance")
  func pushStands() throws {
    let push = "push: { provider: apns, prid: { fromEnv: TOKEN } }, transport: tls"
    let account = try #require(
      load("\(Self.contact), from: sip:g@example.com, \(push)").desired?.accounts[0].account
    )
    #expect(account.push != nil && !account.outbound.isEnabled && account.outbound.instanceID == nil)
    #expect(errors("from: sip:g@example.com, \(push)").count == 1)
  }

  @Test("REG-20 a contact or a master that cannot be read is one error, and not another one of `from`")
  func oneErrorForOneMistake() {
    let from = "from: sip:g@example.com"
    #expect(errors("contact: 'sip:a@['  , \(from)").count == 1)
    #expect(errors("dependsOn: { contact: share }, \(from)").count == 1)
    #expect(errors(from, defaults: "contact: 'sip:a@['").count == 1)
    #expect(errors("from: 'sip:g:pw@example.com', outbound: true").count == 1)
  }
}
