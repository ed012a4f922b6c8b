import Manifests
import Reconcile
import Testing

/// `push` (RFC 8599).
struct PushCheckTests {
  @Test(
    "PSH-11 a push provider is a token, and webpush has no param",
    arguments: [
      ("{ provider: apns, param: TEAM.app, prid: { fromEnv: P } }", nil),
      ("{ provider: fcm, param: project, prid: { fromEnv: P } }", nil),
      ("{ provider: webpush, prid: { fromEnv: P } }", nil),
      ("{ provider: x-own.1, prid: { fromEnv: P } }", nil),
      ("{ provider: webpush, param: x, prid: { fromEnv: P } }", "webpush has no `param`"),
      ("{ provider: 'a b', prid: { fromEnv: P } }", "`provider` must be a name"),
      ("{ provider: 'a;b', prid: { fromEnv: P } }", "`provider` must be a name"),
    ]
  )
  func providers(_ push: String, _ complaint: String?) {
    let result = ManifestsTests.load(
      """
      accounts:
        a: { identity: sip:a@example.com, transport: tls, push: \(push) }
      """
    )
    let errors = result.diagnostics.filter { $0.severity == .error }.map(\.message)
    #expect(errors.count == (complaint == nil ? 0 : 1))
    #expect(errors.allSatisfy { $0.contains(complaint ?? "-") })
  }
}
