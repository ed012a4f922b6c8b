import SIP
import Testing

@testable import sipreconcile

@Suite struct RegistrarCommandTests {
  @Test("HAR-09 the address is printed and the bindings can be listed")
  func theAddressIsPrinted() async throws {
    let laboratory = try Laboratory()
    let ending = await laboratory.run("registrar", "--user", "alice:se:cret", interruption: .terminateAtOnce)
    #expect(ending.status == 143)
    #expect(ending.output.hasPrefix("Listening at 127.0.0.1:5099\n"))
    let users = try #require(laboratory.localRegistrar?.request.users)
    #expect(users.map(\.username) == ["alice"])
    #expect(laboratory.localRegistrar?.isStopped == true)
  }

  @Test func jsonLinesTellThePort() async throws {
    let laboratory = try Laboratory()
    let ending = await laboratory.run("registrar", "-o", "json", interruption: .interruptAtOnce)
    #expect(ending.output.hasPrefix(#"{"address":"127.0.0.1:5099","port":5099,"type":"listening"}"#))
  }

  @Test func bindingsAreListedInOrder() {
    let time = JumpingClock().time
    let capture = TextCapture()
    let console = Console(writeOutput: { capture.write($0) }, writeError: { _ in })
    let run = CommandRun.plain(console)
    RegistrarLines(run: run).bindings([
      RegistrarBinding(
        identity: "sip:b@x",
        contact: "sip:b@192.0.2.1",
        callID: "1",
        cseq: 1,
        expiresAt: time
      ),
      RegistrarBinding(
        identity: "sip:a@x",
        contact: "sip:a@192.0.2.1\u{1B}",
        callID: "2",
        cseq: 1,
        expiresAt: time
      ),
    ])
    #expect(
      capture.written == """
        Bindings:
          sip:a@x  sip:a@192.0.2.1\\u{1B}  until 2026-11-22T22:00:00Z
          sip:b@x  sip:b@192.0.2.1  until 2026-11-22T22:00:00Z

        """
    )
  }

  @Test func whatTheRealRegistrarCannotServeIsWrongUsage() async throws {
    let laboratory = try Laboratory(clock: SystemClock(), composition: .real)
    #expect(await laboratory.run("registrar", "--domain", "a b").status == 64)
    try laboratory.write("frobnicate=1", to: "faults")
    for script in ["faults", "frobnicate=1"] {
      let ending = await laboratory.run("registrar", "--faults", script)
      #expect(ending.status == 64)
      #expect(ending.errors.contains("'frobnicate' is not known"))
    }
  }

  @Test func anEmptyFaultScriptIsNoFault() async throws {
    let laboratory = try Laboratory(clock: SystemClock(), composition: .real)
    let ending = await laboratory.run("registrar", "--faults", "", interruption: .terminateAtOnce)
    #expect(ending.status == 143)
  }

  @Test func theRealRegistrarListensUntilASignal() async throws {
    let laboratory = try Laboratory(clock: SystemClock(), composition: .real)
    let ending = await laboratory.run("registrar", "--user", "alice:secret", interruption: .terminateAtOnce)
    #expect(ending.status == 143)
    #expect(ending.output.firstMatch(of: /Listening at 127\.0\.0\.1:[1-9][0-9]*\n/) != nil)
  }
}
