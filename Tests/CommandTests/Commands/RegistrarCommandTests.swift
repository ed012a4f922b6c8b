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

  @Test("UAS-23 each address is printed, and streams are named")
  func streams() async throws {
    let laboratory = try Laboratory(clock: SystemClock(), composition: .real)
    let ending = await laboratory.run(
      "registrar",
      "--listen",
      "tcp:127.0.0.1:0",
      "--listen",
      "ws:localhost",
      "--listen",
      "127.0.0.1:0",
      interruption: Interrupting(signal: .terminate, after: "Listening at 127.0.0.1:")
    )
    let lines = ending.output.split(separator: "\n")
    #expect(lines.count >= 3)
    #expect(lines[0].wholeMatch(of: /Listening at tcp:127\.0\.0\.1:[1-9][0-9]*/) != nil)
    #expect(lines[1].wholeMatch(of: /Listening at ws:127\.0\.0\.1:[1-9][0-9]*/) != nil)
    #expect(lines[2].wholeMatch(of: /Listening at 127\.0\.0\.1:[1-9][0-9]*/) != nil)
    let json = await laboratory.run(
      "registrar",
      "-o",
      "json",
      "--listen",
      "tcp:127.0.0.1:0",
      interruption: .terminateAtOnce
    )
    #expect(json.output.contains(#""transport":"tcp","type":"listening"}"#))
  }

  @Test("TLS-12 a secure address needs a certificate, and a file that cannot be used is named")
  func secureAddresses() async throws {
    let laboratory = try Laboratory(clock: SystemClock(), composition: .real)
    let secure = "--listen=tls:127.0.0.1:0"
    let without = await laboratory.run("registrar", secure)
    #expect(without.status == 64)
    #expect(without.errors.contains("--listen tls:127.0.0.1:0 needs a certificate"))
    let missing = await laboratory.run(
      "registrar",
      secure,
      "--certificate=/nowhere.pem",
      "--key=/nowhere.key"
    )
    #expect(missing.status == 64)
    #expect(missing.errors.contains("the file /nowhere.pem with the certificate cannot be read"))
  }
}
