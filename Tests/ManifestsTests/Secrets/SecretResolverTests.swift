import Manifests
import Reconcile
import SIP
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct SecretResolverTests {
  private let resolver = SecretResolver(
    environment: ["PASSWORD": "hunter2", "EMPTY": "", "LINES": "a\r\nb", "PATH": "/usr/bin:/bin"],
    credentialsDirectory: nil,
    allowExec: false
  )

  @Test("SEC-51 exactly one newline is taken off the end of a secret file")
  func exactlyOneNewlineIsTakenOff() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write("one", "hunter2\n")
    let two = try folder.write("two", "hunter2\n\n")
    #expect(try resolver.resolve(.file(one)) == Secret("hunter2"))
    #expect(throws: SecretError.controlCharacter(source: "`\(two)`")) { try resolver.resolve(.file(two)) }
  }

  @Test("SEC-51 a line break or NUL inside a secret is refused, wherever it comes from")
  func aLineBreakInsideIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SecretError.self) { try resolver.resolve(.environment("LINES")) }
    #expect(throws: SecretError.self) { try resolver.resolve(.file(try folder.write("nul", "a\0b"))) }
    #expect(throws: SecretError.self) { try resolver.resolve(.literal(Secret("a\nb"))) }
  }

  @Test("SEC-56 a missing or empty source is an error, never an empty password")
  func aMissingSourceIsAnError() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SecretError.missingVariable("NONE")) { try resolver.resolve(.environment("NONE")) }
    #expect(throws: SecretError.self) { try resolver.resolve(.environment("EMPTY")) }
    #expect(throws: SecretError.self) { try resolver.resolve(.file(try folder.write("empty", "\n"))) }
    #expect(throws: SecretError.self) { try resolver.resolve(.file(folder.path + "/none")) }
    #expect(throws: SecretError.literalNotKept) { try resolver.resolve(.literal(nil)) }
    #expect(throws: SecretError.noCredentialsDirectory("x")) { try resolver.resolve(.credential("x")) }
  }

  @Test("SEC-57 folders, FIFOs and devices are refused at once; links are followed")
  func onlyRegularFilesAreRead() throws {
    let folder = try TemporaryFolder()
    let fifo = folder.path + "/fifo"
    #expect(mkfifo(fifo, 0o600) == 0)
    for path in [fifo, folder.path, "/dev/zero"] {
      #expect(throws: SecretError.notRegularFile(path)) { try resolver.resolve(.file(path)) }
    }
    let link = folder.path + "/link"
    #expect(symlink(try folder.write("target", "s"), link) == 0)
    #expect(try resolver.resolve(.file(link)) == Secret("s"))
  }

  @Test func aFileOfMoreThan64KiBIsNoSecret() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("long", String(repeating: "x", count: 70_000))
    #expect(throws: SecretError.tooLong(source: "`\(path)`")) { try resolver.resolve(.file(path)) }
  }

  @Test func aSystemdCredentialIsAFileOfItsFolder() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("sip", "hunter2\n")
    let resolver = SecretResolver(environment: [:], credentialsDirectory: folder.path, allowExec: false)
    #expect(try resolver.resolve(.credential("sip")) == Secret("hunter2"))
    #expect(throws: SecretError.invalidCredentialName("../sip")) {
      try resolver.resolve(.credential("../sip"))
    }
  }

  @Test func aProgramRunsOnlyWhereThatIsAllowed() throws {
    let command = SecretReference.command(["printf", "%s\\n", "hunter2; rm"])
    #expect(throws: SecretError.commandNotAllowed("printf")) { try resolver.resolve(command) }
    let allowed = SecretResolver(
      environment: resolver.environment,
      credentialsDirectory: nil,
      allowExec: true
    )
    #expect(try allowed.resolve(command) == Secret("hunter2; rm"))
    #expect(throws: SecretError.commandFailed("false", reason: "it ended with code 1")) {
      try allowed.resolve(.command(["false"]))
    }
    #expect(throws: SecretError.self) { try allowed.resolve(.command(["/nowhere/at-all"])) }
  }

  @Test("SEC-70 no text of a failure shows the secret")
  func noFailureShowsTheSecret() {
    do {
      _ = try resolver.resolve(.literal(Secret("canary\n")))
      Issue.record("a line feed was let through")
    } catch {
      #expect(!"\(error)".contains("canary"))
    }
  }
}
