import Foundation
import TestSupport
import Testing

/// The built program against sipp, which plays what no registrar does by itself.
@Suite(.serialized)
struct SippInteropTests {
  private static func scenario(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scenarios/\(name).xml").path
  }

  /// Applies one account to a server that plays a scenario; sipp tells whether the requests were right.
  private static func apply(
    _ name: String,
    over way: SippProcess.Way = .udp,
    _ account: String,
    options: [String] = []
  ) async throws {
    try await SippProcess.with(scenario: scenario(name), over: way) { sipp in
      try await TemporaryFolder.with { folder in
        try folder.write("secret", to: "password")
        try folder.write(
          """
          apiVersion: sipreconcile/v1
          owner: test
          accounts:
            alice:
              identity: sip:alice@example.org
              registrar: "sip:127.0.0.1:\(sipp.port)\(way == .tcp ? ";transport=tcp" : "")"
              contact: sip:alice@192.0.2.7
              \(account)

          """,
          to: "accounts.yaml"
        )
        let run = try await ProgramRun.of(
          try SipreconcileProgram.path(),
          ["apply", folder.path("accounts.yaml"), "--state", folder.path("state.db"), "-o", "json"] + options,
          environment: ["HOME": folder.path, "XDG_STATE_HOME": folder.path("home-state")],
          in: folder
        )
        #expect(run.code == 0, "\(run.standardOutput)\(run.standardError)")
      }
    }
  }

  private static let password = "password: { fromFile: ./password }"

  @Test("AUT-14 TRAP-12 a proxy's challenge and then the registrar's: the last request answers both")
  func twoChallenges() async throws {
    try await Self.apply(
      "two-challenges",
      """
      auth:
                - { username: a, realm: proxy.example, \(Self.password) }
                - { username: b, realm: registrar.example, \(Self.password) }
      """
    )
  }

  @Test("AUT-36 TRAP-11 a stale nonce is answered anew with the same password")
  func stale() async throws { try await Self.apply("stale", "auth: { username: a, \(Self.password) }") }

  @Test("REG-90 TRAP-30 a 423 is answered with the time that the registrar wants, once")
  func intervalTooBrief() async throws { try await Self.apply("interval-too-brief", "expires: 60s") }

  @Test("SEC-40 a redirect to a domain that is listed is followed")
  func moved() async throws {
    let names = try await StubNameServer.start([
      "moved.example A": .records([.a("127.0.0.1")]), "moved.example AAAA": .records([]),
    ])
    try await Self.apply("moved", "redirects: [moved.example]", options: ["--dns-server", names.address])
    try await names.close()
  }

  @Test("TRN-07 TRN-08 TRAP-17 two answers in one segment, and one answer in two, are read as they are meant")
  func segments() async throws {
    try await Self.apply("segments", over: .tcp, "auth: { username: a, \(Self.password) }")
  }
}
