import Reconcile
import Testing

@testable import sipreconcile

@Suite struct LocalFindingsTests {
  private func findings(_ change: (inout LocalFacts) -> Void) -> [Finding] {
    var facts = LocalFacts(state: .readable(path: "/s.db", registrations: 2))
    change(&facts)
    return LocalFindings.make(facts)
  }

  @Test func aStateThatCanBeReadIsInOrder() {
    let found = findings { _ in }
    #expect(found.map(\.message) == ["/s.db: 2 registrations are owned", "no process holds the state"])
    #expect(found.allSatisfy { $0.verdict == .ok })
  }

  @Test("a damaged state is a problem; a missing one is not")
  func states() {
    #expect(findings { $0.state = .unreadable("damaged") }[0].verdict == .problem)
    #expect(findings { $0.state = .missing(path: "/s.db") }[0].verdict == .ok)
  }

  @Test func theHolderOfTheStateIsNamed() {
    let found = findings { $0.holder = "“watch”, process 7 on host" }
    #expect(found[1].message == "the state is held by “watch”, process 7 on host")
  }

  @Test("a secret that is missing is a problem, one that others can read is a warning")
  func secrets() {
    let place = SourceLocation(file: "a.yaml", line: 3, column: 5)
    let missing = Diagnostic(.error, at: place, "no secret for account `a`", rule: "missing-secret")
    let exposed = Diagnostic(.warning, "`p` can be read by others", rule: "exposed-secret")
    let tls = Diagnostic(.error, "account `a` cannot use TLS", rule: "tls")
    let found = findings {
      $0.secrets = 2
      $0.complaints = [missing, exposed, tls]
    }.dropFirst(2)
    #expect(found.map(\.verdict) == [.problem, .warning, .problem])
    #expect(found.map(\.check) == [.secrets, .secrets, .tlsFiles])
    #expect(found.first?.message == "a.yaml:3:5: no secret for account `a`")
    #expect(findings { $0.secrets = 2 }.last?.message == "all 2 secrets can be had")
  }

  @Test("a bound address is free, or held by our own agent, or a problem")
  func addresses() {
    #expect(findings { $0.bind = .free("192.0.2.7:5060") }.last?.verdict == .ok)
    #expect(findings { $0.bind = .heldByAgent("192.0.2.7:5060") }.last?.verdict == .ok)
    #expect(findings { $0.bind = .unavailable("taken") }.last?.verdict == .problem)
  }

  @Test("a limit below the need is a warning, with the command that raises it")
  func limits() {
    let low = findings { $0.openFiles = LocalFacts.OpenFiles(limit: 256, needed: 300) }.last
    #expect(low?.verdict == .warning)
    #expect(low?.remedy?.contains("ulimit -n") == true)
    #expect(
      findings { $0.openFiles = LocalFacts.OpenFiles(limit: 300, needed: 300) }.last?.verdict == .ok
    )
    #expect(findings { $0.fileWatching = .failed("no more") }.last?.verdict == .warning)
    #expect(findings { $0.fileWatching = .works(files: 1) }.last?.verdict == .ok)
  }
}
