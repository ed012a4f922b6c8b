import Foundation
import TestSupport
import Testing

/// A watch over many refreshes: a day of hourly ones, with lifetimes of seconds.
struct SoakInteropTests {
  private static let datagramAccounts = 200
  private static let streamAccounts = 40
  private static let refreshes = 24

  @Test("LOD-15 a day of refreshes over UDP and TLS leaves no descriptor open and no memory behind")
  func aDayOfRefreshes() async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let shown = try authority.issue(CertificateWish().changed { $0.addresses = [[127, 0, 0, 1]] })
      try folder.write(try authority.pem, to: "ca.pem")
      var settings = KamailioSettings()
      settings.minimumExpires = 2
      settings.streams = .tls(
        certificate: try folder.write(shown.certificate, to: "cert.pem"),
        key: try folder.write(shown.key, to: "key.pem")
      )
      try await KamailioProcess.with(settings) { kamailio in
        let rehearsal = try Rehearsal(in: folder)
        try folder.write(Self.manifest(port: kamailio.port), to: "accounts.yaml")
        let watch = try rehearsal.startWatch()
        let bindings = Self.datagramAccounts + Self.streamAccounts
        try await eventually("the fleet") { try await kamailio.bindings().count == bindings ? () : nil }
        // The first refreshes fill what is kept and reused.
        try await Self.refreshed(6, kamailio)
        let before = try Held(by: watch.processID)
        try await Self.refreshed(Self.refreshes, kamailio)
        let after = try Held(by: watch.processID)
        #expect(after.descriptors == before.descriptors)
        #expect(after.resident - before.resident < 8_000_000, "\(before) became \(after)")
        let left = try await kamailio.bindings()
        #expect(left.count == bindings)
        #expect(left.values.allSatisfy { $0.count == 1 })
        watch.send(SIGTERM)
        #expect(try await watch.end() == .exit(143))
      }
    }
  }

  /// Waits until every account was saved so many times more.
  private static func refreshed(_ times: Int, _ kamailio: KamailioProcess) async throws {
    let before = try saved(kamailio)
    try await eventually("\(times) refreshes of each", within: .seconds(300), every: .milliseconds(250)) {
      try saved(kamailio).allSatisfy { $0.value >= before[$0.key, default: 0] + times } ? () : nil
    }
  }

  private static func saved(_ kamailio: KamailioProcess) throws -> [String: Int] {
    try kamailio.requests().reduce(into: [:]) { if $1.kind == .saved { $0[$1.identity, default: 0] += 1 } }
  }

  private static func manifest(port: UInt16) -> String {
    var lines = ["apiVersion: sipreconcile/v1", "owner: soak", "registrars:"]
    lines.append("  datagrams: { uri: \"sip:127.0.0.1:\(port);transport=udp\" }")
    lines.append("  streams: { uri: \"sip:127.0.0.1:\(port);transport=tls\", tls: { ca: ./ca.pem } }")
    lines += ["defaults:", "  auth: { username: lab, password: { fromFile: ./password } }", "  expires: 3s"]
    lines.append("accounts:")
    for number in 0..<(datagramAccounts + streamAccounts) {
      let registrar = number < datagramAccounts ? "datagrams" : "streams"
      lines.append("  n\(number): { identity: sip:n\(number)@soak.example, registrar: \(registrar) }")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a process holds of the machine, as Linux tells.
  private struct Held: CustomStringConvertible {
    var descriptors: Int
    /// Bytes.
    var resident: Int

    init(by process: Int32) throws {
      descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
      let sizes = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
      resident = (Int(sizes[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    var description: String { "\(descriptors) descriptors, \(resident / 1024) KB" }
  }
}
