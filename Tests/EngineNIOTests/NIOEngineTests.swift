import EmbeddedRegistrar
import Reconcile
import SIP
import Synchronization
import TestSupport
import Testing

@testable import EngineNIO

/// The whole engine over loopback sockets.
@Suite(.timeLimit(.minutes(3))) struct NIOEngineTests {
  private static let loopback4 = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: 0)
  private static let loopback6 = Endpoint(address: Host("[::1]")!, port: 0)

  private static func account(_ name: String, at server: Endpoint) -> Account {
    let identity = SIPURI(user: name, host: .name("example.org"))
    let registrar = SIPURI(host: server.address, port: server.port)
    return Account(id: AccountID(name), identity: NameAddress(uri: identity), registrar: registrar)
  }

  private static func addition(_ account: Account) -> AccountAddition {
    AccountAddition(
      account: account,
      credentials: [Credential(username: account.id.name, proof: .password(Secret("secret")))],
      sequence: CallSequence(callID: "call-\(account.id)", lastCSeq: 0, ceiling: 100)
    )
  }

  @Test(
    "HAR-01 TRN-12 REG-15 UAC-30 two hundred accounts register with digest",
    arguments: [loopback4, loopback6]
  )
  func twoHundredAccounts(bind: Endpoint) async throws {
    let names = (0..<200).map { "u\($0)" }
    var settings = RegistrarSettings()
    settings.access = .anyUser(password: Secret("secret"))
    let registrar = RegistrarServer(settings: settings, bind: bind)
    let address = try await registrar.start()
    let engine = try await NIOEngine.start()
    try await engine.add(names.map { Self.addition(Self.account($0, at: address)) })
    var missing = Set(names)
    for await batch in engine.events {
      for event in batch where event.state == .ok { missing.remove(event.account.name) }
      if missing.isEmpty { break }
    }
    let bindings = try await registrar.bindings
    #expect(bindings.count == 200)
    let own = "@\(bind.address):\(try #require(await engine.localAddress).port)"
    #expect(bindings.allSatisfy { $0.contact.contains(own) })
    for request in try await registrar.requests {
      #expect(String(decoding: request.bytes, as: UTF8.self).contains("SIP/2.0/UDP \(request.source);rport"))
    }
    await engine.shutdown()
    try await registrar.stop()
  }

  @Test(
    "TRN-15 a registrar that sees us at another port each time gets a bounded number of REGISTERs",
    arguments: [("seenAt=203.0.113.9:40000", 2, 0), ("seenAt=203.0.113.9", 4, 1)]
  )
  func aContactBehindANAT(faults: String, requests: Int, warnings: Int) async throws {
    let registrar = RegistrarServer(faults: try FaultScript(parsing: faults))
    let address = try await registrar.start()
    var settings = NIOEngine.Settings()
    settings.learnsContacts = true
    settings.followsAddress = true
    let told = Mutex<[String]>([])
    settings.warn = { text in told.withLock { $0.append(text) } }
    let engine = try await NIOEngine.start(settings)
    try await engine.add([Self.addition(Self.account("alice", at: address))])
    for await batch in engine.events where batch.contains(where: { $0.state == .ok }) { break }
    #expect(try await registrar.requestCount == requests)
    #expect(told.withLock { $0.count { $0.contains("sees us at another address") } } == warnings)
    let bindings = try await registrar.bindings
    #expect(bindings.count == 1)
    let contact = try #require(bindings.first).contact
    #expect(contact.contains("@203.0.113.9:"))
    // What a plan compares contacts with knows it.
    let own = try #require(await engine.ownAddress)
    #expect(own.holds(try SIPURI(parsing: contact)))
    await engine.shutdown()
    try await registrar.stop()
  }

  @Test("REG-76 an engine at another port registers there, and removes the contact of the one before")
  func anEngineAtAnotherPort() async throws {
    let registrar = RegistrarServer()
    let address = try await registrar.start()
    var settings = NIOEngine.Settings()
    settings.followsAddress = true
    let before = try await NIOEngine.start(settings)
    let account = Self.account("a", at: address)
    try await before.add([Self.addition(account)])
    for await batch in before.events where batch.contains(where: { $0.state == .ok }) { break }
    let old = try #require(try await registrar.bindings.first).contact
    await before.shutdown()

    let after = try await NIOEngine.start(settings)
    let own = try #require(await after.ownAddress)
    #expect(!own.holds(try SIPURI(parsing: old)))
    var addition = Self.addition(account)
    addition.sequence.lastCSeq = 10
    addition.binding = ExistingBinding(
      contact: old,
      expiresIn: .seconds(3000),
      refreshIn: .seconds(2000),
      granted: 3600
    )
    try await after.add([addition])
    try await after.refresh(["a"])
    for await batch in after.events where batch.contains(where: { $0.state == .ok && $0.contact != old }) {
      break
    }
    let contacts = try await registrar.bindings.map(\.contact)
    #expect(contacts == ["sip:a@127.0.0.1:\(try #require(own.port))"])
    await after.shutdown()
    try await registrar.stop()
  }

  @Test("TXN-12 TRN-22 a closed port is a failure of the transport, not a time-out")
  func aClosedPort() async throws {
    let closed = try ClosedPort()
    let address = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: closed.number)
    let engine = try await NIOEngine.start()
    try await engine.add([Self.addition(Self.account("a", at: address))])
    for await batch in engine.events {
      guard let event = batch.first(where: { $0.state == .failed }) else { continue }
      if case .transport = event.failure {} else { Issue.record("\(String(describing: event.failure))") }
      break
    }
    await engine.shutdown()
  }

  @Test("UAC-20 COD-02 a registrar that redirects to another one: that one holds the binding")
  func redirects() async throws {
    var settings = RegistrarSettings()
    settings.access = .anyUser(password: Secret("secret"))
    let second = RegistrarServer(settings: settings)
    let target = try await second.start()
    let first = RegistrarServer(
      faults: FaultScript([Fault(.redirect(SIPURI(host: target.address, port: target.port)))])
    )
    let address = try await first.start()
    let engine = try await NIOEngine.start()
    try await engine.add([Self.addition(Self.account("a", at: address))])
    for await batch in engine.events {
      guard let event = batch.first(where: { $0.state == .ok }) else { continue }
      #expect(event.peer == target.description)
      break
    }
    #expect(try await first.bindings.isEmpty)
    #expect(try await second.bindings.count == 1)
    #expect(
      try await first.requests.allSatisfy { !String(decoding: $0.bytes, as: UTF8.self).contains("Digest") }
    )
    await engine.shutdown()
    try await first.stop()
    try await second.stop()
  }

  @Test("TRN-29 an address in use is an error that names it")
  func anAddressInUse() async throws {
    var settings = NIOEngine.Settings()
    settings.bind = Self.loopback4
    let engine = try await NIOEngine.start(settings)
    let taken = try #require(await engine.localAddress)
    settings.bind = taken
    let error = await #expect(throws: EngineError.self) { try await NIOEngine.start(settings) }
    guard case .cannotBind(let address, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(address == taken.description && !reason.isEmpty)
    await engine.shutdown()
  }
}
