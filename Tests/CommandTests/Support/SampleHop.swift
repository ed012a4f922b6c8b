import Agent
import EngineNIO
import Reconcile
import SIP
import SIPTransport

@testable import sipreconcile

/// Facts about a next hop, to be bent for a test.
enum SampleHop {
  static let time = Timestamp(milliseconds: 1_795_384_800_000)

  static func endpoint(_ last: Int = 1, port: UInt16 = 5060) -> Endpoint {
    Endpoint(address: Host("192.0.2.\(last)")!, port: port)
  }

  static func target(_ last: Int = 1, _ transport: Transport = .udp) -> Target {
    Target(
      Target.Server(endpoint(last), transport),
      domain: .name("sip.example.org"),
      origin: .service(
        name: "_sip._udp.sip.example.org",
        SRVRecord(priority: UInt16(last * 10), weight: 5, port: 5060, target: "s\(last).example.org")
      ),
      rank: last
    )
  }

  static func account(_ name: String = "office", registrar: String = "sip:sip.example.org") -> Account {
    Account(
      id: AccountID(name),
      identity: NameAddress(uri: uri("sip:\(name)@example.org")),
      registrar: uri(registrar)
    )
  }

  static func uri(_ text: String) -> SIPURI { try! SIPURI(parsing: text) }

  static var hop: ExaminedHop { ExaminedHop.list([account()], limit: 3)[0] }

  static func answer(_ change: (inout ProbeResult.Answer) -> Void = { _ in }) -> ProbeResult.Outcome {
    var answer = ProbeResult.Answer(code: 200, reason: "OK", roundTrip: .milliseconds(3))
    change(&answer)
    return .answered(answer)
  }

  static func server(
    _ outcome: ProbeResult.Outcome,
    _ last: Int = 1,
    _ transport: Transport = .udp,
    certificate: ShownCertificate? = nil
  ) -> HopFacts.Server {
    let result = ProbeResult(
      outcome,
      local: endpoint(77, port: 40000),
      openedAfter: transport == .udp ? nil : .milliseconds(9),
      certificate: certificate
    )
    return HopFacts.Server(target(last, transport), result, at: time)
  }

  static func certificate(days: Int64) -> ShownCertificate {
    var identity = CertificateIdentity()
    identity.dnsNames = ["sip.example.org"]
    identity.hasAlternativeNames = true
    return ShownCertificate(
      identity: identity,
      issuer: "CN=Authority",
      validUntil: time.milliseconds / 1000 + days * 86_400,
      protocolVersion: "TLS 1.3"
    )
  }

  static func facts(_ servers: [HopFacts.Server], fetches: [FetchFacts] = []) -> HopFacts {
    let location = Location(targets: servers.map(\.target), expiresAt: Instant(nanoseconds: 0))
    let srv = DNSRecord(
      name: "_sip._udp.sip.example.org",
      lifetime: 60,
      value: .srv(SRVRecord(priority: 10, weight: 5, port: 5060, target: "s1.example.org"))
    )
    let lookups = [
      HopLocation.Lookup(
        DNSQuery("sip.example.org", .naptr),
        .noRecords(lifetime: 30),
        duration: .milliseconds(2)
      ),
      HopLocation.Lookup(
        DNSQuery("_sip._udp.sip.example.org", .srv),
        .found(DNSAnswer(records: [srv], lifetime: 60)),
        duration: .milliseconds(4)
      ),
    ]
    var facts = HopFacts(
      hop,
      HopLocation(lookups: lookups, outcome: .located(location), order: servers.map(\.target))
    )
    facts.servers = servers
    facts.fetches = fetches
    return facts
  }

  /// Facts that show every field of the document.
  static var document: DoctorDocument {
    let seen = endpoint(99, port: 40000)
    var servers = [
      server(answer { $0.seenAs = seen }, 1, .tls, certificate: certificate(days: 90)),
      server(.silent(after: .seconds(5)), 2),
    ]
    servers[1].rest = RestingServerStatus(
      address: "192.0.2.2:5060",
      transport: "udp",
      cause: .failed,
      until: "2026-11-22T22:01:00Z"
    )
    var local = LocalFacts(state: .missing(path: "/state/office.db"))
    local.bind = .unavailable("192.0.2.7:5060 is taken")
    return DoctorDocument(
      owner: "office",
      local,
      [facts(servers, fetches: [FetchFacts("office", .listed(2))])],
      at: time
    )
  }
}
