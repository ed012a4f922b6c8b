import Manifests
import Reconcile
import Testing

struct AccountCheckTests {
  private func complaints(_ keys: String) -> [String] {
    load(
      """
      accounts:
        a: { identity: sip:a@example.com, push: { provider: apns, param: p, prid: { fromEnv: TOKEN } }\(keys) }
      """
    ).diagnostics.map(\.message)
  }

  @Test(
    "PSH-10 a push token that goes out in clear is warned of",
    arguments: [
      (", transport: udp", "udp"), (", transport: ws", "ws"), (", registrar: sip:192.0.2.1", "udp"),
      (", registrar: 'sip:example.com:5060'", "udp"), (", registrar: 'sip:example.com;transport=tcp'", "tcp"),
      (", transport: tcp, outboundProxy: 'sip:edge.example.com;lr;transport=tls'", "tcp"),
      (", registrar: 'sip:example.com;transport=tls', outboundProxy: 'sip:192.0.2.1;lr'", "udp"),
    ]
  )
  func aTokenInClearIsWarnedOf(keys: String, transport: String) {
    let start = "the push token is sent in clear over \(transport), "
    let found = complaints(keys)
    #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix(start) && $0.contains("transport: tls") })
  }

  @Test(
    "PSH-10 TLS, and a name of which DNS decides, are not warned of",
    arguments: [
      "", ", transport: tls", ", transport: wss", ", registrar: 'sips:example.com'",
      ", registrar: 'sip:example.com;transport=tls'",
      ", outboundProxy: 'sip:192.0.2.1;lr;transport=tls'",
    ]
  )
  func tlsIsNotWarnedOf(keys: String) {
    #expect(complaints(keys) == [])
  }

  @Test("GRU-06 a GRUU of the account's own identity is no contact, and GRUUs need a contact of its own")
  func gruuContacts() throws {
    let own = load("accounts: { a: { identity: sip:a@h.example, contact: \"sip:a@h.example;gr=1\" } }")
    #expect(own.rules == ["contact"])
    let other = load("accounts: { a: { identity: sip:a@h.example, contact: \"sip:b@h.example;gr=1\" } }")
    #expect(other.rules == [])
    let shared = load(
      """
      accounts:
        m: { identity: sip:m@h.example, outbound: { gruu: true } }
        d: { identity: sip:d@h.example, dependsOn: m, outbound: { gruu: true } }
      """
    )
    #expect(shared.rules == ["outbound"])
  }
}
