import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// What becomes of contacts that an account leaves behind, at registrars of both kinds: those that compare URIs as
/// RFC 3261, 19.1.4 says, and those that compare them letter by letter.
struct StaleContactTests {
  /// A registrar's bindings, in the order in which they were made.
  private final class Bindings {
    var contacts: [String]
    let isLiteral: Bool

    init(_ contacts: [String] = [], isLiteral: Bool) {
      self.contacts = contacts
      self.isLiteral = isLiteral
    }

    func answer(_ request: SimulatedNetwork.Request) -> SimulatedNetwork.Reply {
      for value in (request.contact ?? "").split(separator: ", ") {
        let uri = String(value.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
        contacts.removeAll { isLiteral ? $0 == uri : SIPURI.sameContact($0, uri) }
        if !value.hasSuffix(";expires=0") { contacts.append(uri) }
      }
      return .status(200, "OK", rows: contacts.map { "Contact: <\($0)>;expires=3600" })
    }
  }

  private static let plain = "sip:a@192.0.2.201"
  private static let marked = "sip:a@192.0.2.201;site=n"

  private static func declared(_ uri: String) throws -> ContactDeclaration {
    ContactDeclaration(uri: try SIPURI(parsing: uri))
  }

  /// An engine that has registered the plain contact with the registrar.
  private static func registered(at registrar: Bindings) throws -> SimulatedNetwork {
    var network = SimulatedNetwork { registrar.answer($0) }
    var account = SimulatedNetwork.account("a")
    account.contact = try declared(plain)
    try network.add([account])
    network.run(for: .seconds(1))
    return network
  }

  private static func edit(_ network: inout SimulatedNetwork, to uri: String) throws {
    let contact = try declared(uri)
    try network.edit("a") { $0.account.contact = contact }
  }

  @Test(
    "REC-26 REG-40 a contact that differs by a parameter is removed in its own words where both are listed"
  )
  func aContactThatIsOnlyEquivalentIsRemoved() throws {
    let registrar = Bindings(isLiteral: true)
    var network = try Self.registered(at: registrar)
    try Self.edit(&network, to: Self.marked)
    network.run(for: .seconds(1))
    #expect(
      network.requests.compactMap(\.contact) == [
        "<\(Self.plain)>;expires=3600", "<\(Self.marked)>;expires=3600",
        "<\(Self.marked)>;expires=3600, <\(Self.plain)>;expires=0",
      ]
    )
    #expect(registrar.contacts == [Self.marked])
    #expect(network.states("a").last == .ok)
    #expect(network.last("a")?.formerContacts == [])
    // And back again.
    try Self.edit(&network, to: Self.plain)
    network.run(for: .seconds(1))
    #expect(registrar.contacts == [Self.plain])
    #expect(network.requests.count == 5)
  }

  @Test("a registrar that takes both for one binding is never asked to remove it")
  func oneBindingIsNotRemoved() throws {
    let registrar = Bindings(isLiteral: false)
    var network = try Self.registered(at: registrar)
    try Self.edit(&network, to: Self.marked)
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2)
    #expect(network.requests.allSatisfy { $0.contact?.contains("expires=0") == false })
    #expect(registrar.contacts == [Self.marked])
    #expect(network.last("a")?.formerContacts == [])
  }

  @Test("REG-42 another device's contact stays, however alike it looks")
  func aForeignContactStays() throws {
    let foreign = "sip:a@192.0.2.201;other=1"
    let registrar = Bindings([foreign], isLiteral: true)
    var network = try Self.registered(at: registrar)
    try Self.edit(&network, to: Self.marked)
    network.run(for: .seconds(1))
    #expect(registrar.contacts == [foreign, Self.marked])
    #expect(network.requests.allSatisfy { !$0.text.contains("other=1") })
  }

  @Test("after a refused edit the contact that is bound counts, and the other one is told of")
  func aRefusedEditKeepsWhatIsBound() throws {
    let registrar = Bindings(isLiteral: true)
    var network = try Self.registered(at: registrar)
    network.reply = { _ in .status(403, "Forbidden") }
    try Self.edit(&network, to: "sip:a@192.0.2.202")
    network.run(for: .seconds(1))
    let event = try #require(network.last("a"))
    #expect(event.state == .ok && event.code == 403)
    #expect(event.contact == Self.plain)
    #expect(event.formerContacts == ["sip:a@192.0.2.202"])
  }

  @Test("a registration that is taken up removes what an earlier process left, and only that")
  func whatAnEarlierProcessLeftIsRemoved() throws {
    let registrar = Bindings(["sip:a@192.0.2.9", Self.plain, "sip:x@192.0.2.8"], isLiteral: true)
    var network = SimulatedNetwork { registrar.answer($0) }
    var account = SimulatedNetwork.account("a")
    account.contact = try Self.declared(Self.marked)
    var addition = SimulatedNetwork.addition(account)
    addition.formerContacts = ["sip:a@192.0.2.9", Self.plain, Self.marked]
    try network.machine.add([addition], at: network.now)
    network.run(for: .seconds(1))
    #expect(registrar.contacts == ["sip:x@192.0.2.8", Self.marked])
    #expect(network.requests.map(\.cseq) == [1, 2])
    #expect(network.last("a")?.formerContacts == [])
  }

  @Test("a removal takes the contacts of earlier along, and fails while one of them is listed")
  func aRemovalTakesAllAlong() throws {
    let registrar = Bindings([Self.plain, Self.marked, "sip:x@192.0.2.8"], isLiteral: true)
    var network = SimulatedNetwork { registrar.answer($0) }
    let sequence = CallSequence(callID: "old", lastCSeq: 1, ceiling: 99)
    var withdrawal = Withdrawal(
      account: SimulatedNetwork.account("a"),
      credentials: [],
      sequence: sequence,
      contact: Self.marked
    )
    withdrawal.formerContacts = [Self.plain]
    network.machine.withdraw(withdrawal, ticket: 1, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    #expect(network.requests.count == 1)
    #expect(registrar.contacts == ["sip:x@192.0.2.8"])
    network.reply = { _ in .status(200, "OK", rows: ["Contact: <\(Self.plain)>;expires=60"]) }
    network.machine.withdraw(withdrawal, ticket: 2, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    #expect(network.withdrawn.map(\.failure) == [nil, .stillBound])
  }

  @Test("our own words count before an equivalent contact, also for the time that is granted")
  func ourOwnWordsCountFirst() throws {
    var network = SimulatedNetwork { request in
      .status(
        200,
        "OK",
        rows: ["Contact: <\(Self.marked)>;expires=60", "Contact: <\(Self.plain)>;expires=1800"]
      )
    }
    var account = SimulatedNetwork.account("a")
    account.contact = try Self.declared(Self.plain)
    try network.add([account])
    network.run(for: .seconds(1))
    #expect(network.last("a")?.granted == 1800)
    #expect(network.requests.count == 1)
  }
}
