import Agent
import EngineNIO
import Reconcile
import SIP
import SIPTransport

extension DoctorDocument {
  init(owner: String, _ local: LocalFacts, _ hops: [HopFacts], at time: Timestamp) {
    self.owner = owner
    at = time.description
    self.local = LocalFindings.make(local)
    nextHops = hops.map(HopEntry.init)
    summary = Summary(self.local + nextHops.flatMap(\.findings))
  }
}

extension DoctorDocument.Summary {
  init(_ findings: [Finding]) {
    ok = findings.count { $0.verdict == .ok }
    warnings = findings.count { $0.verdict == .warning }
    problems = findings.count { $0.verdict == .problem }
  }
}

extension DoctorDocument.HopEntry {
  init(_ facts: HopFacts) {
    nextHop = facts.hop.name
    isProxy = facts.hop.isProxy
    registrars = facts.hop.registrars
    accounts = facts.hop.count
    steps = LocatingText.steps(facts.hop.hop.destination)
    lookups = facts.location.lookups.map(DoctorDocument.LookupEntry.init)
    servers = facts.servers.map { DoctorDocument.ServerEntry($0, isUsable: facts.isUsable($0)) }
    findings = HopFindings(facts).make()
  }
}

extension DoctorDocument.LookupEntry {
  init(_ lookup: HopLocation.Lookup) {
    query = "\(lookup.query)"
    answer = LocatingText.kind(lookup.result)
    records = LocatingText.records(lookup.result)
    reason = LocatingText.absence(lookup.result)
    ttl = LocatingText.lifetime(lookup.result)
    duration = lookup.duration.seconds
  }
}

extension DoctorDocument.ServerEntry {
  init(_ server: HopFacts.Server, isUsable: Bool) {
    address = "\(server.target.server.endpoint)"
    transport = server.target.server.transport.rawValue
    source = LocatingText.source(server.target)
    usable = isUsable
    restsUntil = server.rest?.until
    localAddress = server.result.local.map { "\($0)" }
    certificate = server.result.certificate.map {
      DoctorDocument.CertificateEntry($0, server.target.server.transport)
    }
    guard case .answered(let answer) = server.result.outcome else { return }
    code = answer.code
    roundTrip = answer.roundTrip.seconds
    seenAs = answer.seenAs.map { "\($0)" }
  }
}

extension DoctorDocument.CertificateEntry {
  init(_ shown: ShownCertificate, _ transport: Transport) {
    names = shown.identity.names(transport == .wss ? .web : .sip) + shown.identity.addresses.map { "\($0)" }
    issuer = shown.issuer
    validUntil = Timestamp(milliseconds: shown.validUntil * 1000).description
    protocolVersion = shown.protocolVersion
  }
}

extension Duration {
  /// To the millisecond.
  fileprivate var seconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}
