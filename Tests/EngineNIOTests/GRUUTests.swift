import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// GRUUs: asked for, kept to the letter, and shared.
struct GRUUTests {
  private static let instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
  private static let publicGRUU = "sip:m@192.0.2.1;gr=urn:uuid:F81d4fae-7dec-%31"
  private static let temporaryGRUU = "sip:tgruu.7hs==Jd7vnz@192.0.2.1;gr"

  private static func master(_ usesGRUU: Bool = true) -> Account {
    var account = SimulatedNetwork.account("m")
    account.outbound = OutboundSettings(isEnabled: true, instanceID: instance, usesGRUU: usesGRUU)
    return account
  }

  private static func dependent(_ name: AccountID, on master: AccountID = "m") -> Account {
    SimulatedNetwork.account(name, dependsOn: [Dependency(account: master)])
  }

  /// A registrar's 2xx with a foreign contact before ours, which has these parameters.
  private static func granted(
    _ parameters: String,
    _ request: SimulatedNetwork.Request,
    for expires: Int = 3600
  ) -> SimulatedNetwork.Reply {
    let foreign = "<sip:x@9.9.9.9>;pub-gruu=\"sip:m@192.0.2.1;gr=other\";temp-gruu=\"sip:other@192.0.2.1;gr\""
    let ours = "<\(request.contactURI)>;+sip.instance=\"<\(instance)>\"\(parameters);expires=\(expires)"
    return .status(200, "OK", rows: ["Contact: \(foreign);expires=60", "Contact: \(ours)"])
  }

  private static func parameters(_ gruus: GrantedGRUUs) -> String {
    (gruus.publicURI.map { ";pub-gruu=\"\($0)\"" } ?? "")
      + (gruus.temporaryURI.map { ";temp-gruu=\"\($0)\"" } ?? "")
  }

  @Test("GRU-01 REG-26 GRUUs are asked for with the instance id, and only where they are in use")
  func theyAreAskedFor() throws {
    for (usesGRUU, options) in [(true, "path, outbound, gruu"), (false, "path, outbound")] {
      var network = SimulatedNetwork()
      try network.add([Self.master(usesGRUU)])
      network.run(for: .seconds(1))
      #expect(network.requests.map { $0.rows("Supported") } == [[options]])
      #expect(network.requests[0].contact?.contains(";+sip.instance=\"<\(Self.instance)>\"") == true)
    }
  }

  @Test(
    "GRU-02 GRU-03 any, both or none are kept as they were granted, and never sent back",
    arguments: [
      GrantedGRUUs(), GrantedGRUUs(publicURI: publicGRUU), GrantedGRUUs(temporaryURI: temporaryGRUU),
      GrantedGRUUs(publicURI: publicGRUU, temporaryURI: temporaryGRUU),
    ]
  )
  func theyAreKeptToTheLetter(gruus: GrantedGRUUs) throws {
    var network = SimulatedNetwork { Self.granted(Self.parameters(gruus), $0) }
    try network.add([Self.master()])
    network.run(for: .seconds(1))
    #expect(network.state("m") == .ok && network.last("m")?.gruus == gruus)
    try network.refresh(["m"])
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2 && network.last("m")?.gruus == gruus)
    #expect(network.requests.allSatisfy { !$0.text.contains("-gruu") && !$0.text.contains(";gr") })
  }

  @Test("GRU-02 what nobody asked for is not kept")
  func unaskedOnesAreDropped() throws {
    let parameters = Self.parameters(GrantedGRUUs(publicURI: Self.publicGRUU))
    var network = SimulatedNetwork { Self.granted(parameters, $0) }
    try network.add([Self.master(false)])
    network.run(for: .seconds(1))
    #expect(network.state("m") == .ok)
    #expect(network.last("m")?.gruus == nil)
  }

  @Test("GRU-04 after a restart none are known until the registrar has granted them anew")
  func aRestartDropsThem() throws {
    var network = SimulatedNetwork { _ in .silence }
    var addition = SimulatedNetwork.addition(Self.master())
    addition.binding = ExistingBinding(
      contact: "sip:m@192.0.2.100:5062",
      expiresIn: .seconds(600),
      refreshIn: .seconds(300),
      granted: 600
    )
    try network.machine.add([addition], at: network.now)
    network.run(for: .seconds(1))
    #expect(network.state("m") == .ok)
    #expect(network.last("m")?.gruus == nil)
  }

  @Test("GRU-05 a failed refresh keeps them until the binding expires")
  func aFailedRefreshKeepsThem() throws {
    let gruus = GrantedGRUUs(publicURI: Self.publicGRUU, temporaryURI: Self.temporaryGRUU)
    var network = SimulatedNetwork { request in
      request.cseq == 1
        ? Self.granted(Self.parameters(gruus), request, for: 100) : .status(503, "Service Unavailable")
    }
    try network.add([Self.master()])
    network.run(for: .seconds(95))
    #expect(network.requests.count > 1)
    #expect(network.last("m")?.code == 503 && network.last("m")?.gruus == gruus)
    network.run(for: .seconds(20))
    #expect(network.state("m") != .ok && network.last("m")?.gruus == nil)
  }

  @Test("GRU-06 a dependent takes its master's public GRUU as contact, and follows it")
  func theGRUUIsShared() throws {
    var gruus = GrantedGRUUs(publicURI: Self.publicGRUU, temporaryURI: Self.temporaryGRUU)
    var network = SimulatedNetwork { request in
      request.user == "m" ? Self.granted(Self.parameters(gruus), request) : .good(request)
    }
    try network.add([Self.master(), Self.dependent("d"), Self.dependent("e", on: "d")])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "d").map(\.contactURI) == [Self.publicGRUU])
    #expect(network.requests(of: "e").map(\.contactURI) == [Self.publicGRUU])

    // Only the temporary one has changed: nothing to follow.
    gruus.temporaryURI = "sip:tgruu.8@192.0.2.1;gr"
    try network.refresh(["m"])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "d").count == 1 && network.last("m")?.gruus == gruus)

    gruus.publicURI = "sip:m@192.0.2.1;gr=urn:uuid:2"
    try network.refresh(["m"])
    network.run(for: .seconds(1))
    #expect(network.last("d")?.contact == gruus.publicURI)
    #expect(network.last("e")?.contact == gruus.publicURI)

    gruus = GrantedGRUUs()
    try network.refresh(["m"])
    network.run(for: .seconds(1))
    #expect(network.last("d")?.contact == network.last("m")?.contact)
    #expect(network.last("d")?.state == .ok)
  }

  @Test("GRU-06 a dependent never takes a GRUU of its own identity, nor one that is not its master's")
  func ownAndForeignGRUUsAreNotShared() throws {
    for gruu in ["sip:d@192.0.2.1;gr=1", "sip:m@evil.example;gr=1", "sip:m@192.0.2.1", "sip:m@[", ""] {
      let parameters = Self.parameters(GrantedGRUUs(publicURI: gruu))
      var network = SimulatedNetwork { request in
        request.user == "m" ? Self.granted(parameters, request) : .good(request)
      }
      try network.add([Self.master(), Self.dependent("d")])
      network.run(for: .seconds(1))
      let contact = try #require(network.requests(of: "m").first?.contactURI)
      #expect(network.requests(of: "d").map(\.contactURI) == [contact], "\(gruu)")
    }
    let parameters = Self.parameters(GrantedGRUUs(publicURI: Self.publicGRUU))
    var network = SimulatedNetwork { request in
      request.user == "m" ? Self.granted(parameters, request) : .good(request)
    }
    var same = Self.dependent("d")
    same.identity = Self.master().identity
    same.sharedIdentity = true
    try network.add([Self.master(), same])
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2)
    #expect(Set(network.requests.map(\.contactURI)).count == 1)
  }

  @Test("GRU-06 a dependent that had the GRUU before a restart keeps it, and sends nothing")
  func aRestartKeepsTheSharedGRUU() throws {
    var network = SimulatedNetwork()
    let bound = [(Self.master(), "sip:m@192.0.2.100:5062"), (Self.dependent("d"), Self.publicGRUU)]
    let additions = bound.map { account, contact in
      var addition = SimulatedNetwork.addition(account)
      addition.binding = ExistingBinding(
        contact: contact,
        expiresIn: .seconds(600),
        refreshIn: .seconds(300),
        granted: 600
      )
      return addition
    }
    try network.machine.add(additions, at: network.now)
    network.run(for: .seconds(1))
    #expect(network.requests.isEmpty)
    #expect(network.last("d")?.contact == Self.publicGRUU)
  }
}
