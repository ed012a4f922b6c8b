import Testing

@testable import sipreconcile

/// A device token wakes a device: it is treated like a password wherever something is shown.
@Suite struct PushTokenOutputTests {
  private func manifest(_ token: String, provider: String = "apns") -> String {
    """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      push:
        identity: sip:alice@push.example.org
        registrar: sip:push.example.org;transport=tls
        push: { provider: \(provider), param: TEAM.app, prid: \(token) }
      desk:
        identity: sip:desk@pbx.example.com
        dependsOn: push

    """
  }

  @Test("PSH-10 a device token is in no output of any command, in any form")
  func aTokenIsInNoOutput() async throws {
    let laboratory = try Laboratory()
    for token in ["c4n4ry-one", "c4n4ry-two"] {
      try laboratory.write(manifest(token))
      for format in ["human", "json", "ndjson"] {
        for arguments in [
          ["plan", "accounts.yaml"], ["apply", "accounts.yaml"], ["status", "push"], ["history"],
        ] {
          let rest = ["-o", format, "--log-level", "debug"]
          let all = arguments + rest
          let ending = await laboratory.run(all)
          #expect(ending.status == 0, "\(all)")
          #expect(!(ending.output + ending.errors).contains("c4n4ry"), "\(all)")
        }
      }
    }
    let status = await laboratory.run("status", "-o", "json")
    #expect(status.output.contains("pn-prid=(removed)"))
    let forgotten = await laboratory.run("forget", "push", "-o", "json")
    #expect(forgotten.output.contains("pn-prid=(removed)") && !forgotten.output.contains("c4n4ry"))
  }

  @Test("a plan says that a device token has changed, and nothing of it")
  func aChangedTokenIsSensitive() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(manifest("c4n4ry-one"))
    _ = await laboratory.run("apply", "accounts.yaml")
    try laboratory.write(manifest("c4n4ry-two", provider: "fcm"))
    let human = await laboratory.run("plan", "accounts.yaml").output
    #expect(human.contains("push") && human.contains("apns TEAM.app → fcm TEAM.app"))
    #expect(human.contains(/push\.prid +\(secret, changed\)/))
    let json = await laboratory.run("plan", "accounts.yaml", "-o", "json").output
    let field = """
              {
                "changed" : true,
                "path" : "push.prid",
                "sensitive" : true
              }
      """
    #expect(json.contains(field))
  }

  @Test("a device token in the file itself is warned of, as a password is")
  func aLiteralIsWarnedOf() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(manifest("c4n4ry"))
    let ending = await laboratory.run("validate", "accounts.yaml")
    #expect(ending.status == 0)
    #expect(ending.errors.contains("accounts.yaml:7:52: warning: a secret stands in the file itself"))
    #expect(!ending.errors.contains("c4n4ry"))
  }
}
