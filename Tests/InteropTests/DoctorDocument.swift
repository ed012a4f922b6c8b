/// What tests read of `doctor -o json`.
struct DoctorDocument: Decodable {
  struct Finding: Decodable {
    let check: String
    let verdict: String
    let server: String?
    let account: String?
    let message: String
    let remedy: String?
  }

  struct Lookup: Decodable {
    let query: String
    let answer: String
    let records: [String]
    let ttl: Int?
  }

  struct Certificate: Decodable { let names: [String] }

  struct Server: Decodable {
    let address: String
    let transport: String
    let source: String
    let usable: Bool
    let code: Int?
    let seenAs: String?
    let certificate: Certificate?
  }

  struct Hop: Decodable {
    let nextHop: String
    let steps: String
    let lookups: [Lookup]
    let servers: [Server]
    let findings: [Finding]
  }

  struct Summary: Decodable {
    let ok: Int
    let warnings: Int
    let problems: Int
  }

  let format: String
  let local: [Finding]
  let nextHops: [Hop]
  let summary: Summary

  var findings: [Finding] { local + nextHops.flatMap(\.findings) }

  /// The messages of what does not work.
  var problems: [String] { findings.filter { $0.verdict == "problem" }.map(\.message) }

  func finding(_ check: String, account: String? = nil) -> Finding? {
    findings.first { $0.check == check && (account == nil || $0.account == account) }
  }
}
