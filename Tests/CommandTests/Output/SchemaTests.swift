import Foundation
import Reconcile
import StateStore
import Testing

@testable import Agent
@testable import sipreconcile

@Suite struct SchemaTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("the article about the file is what `schema config -o markdown` writes")
  func referenceOfTheFileIsCurrent() async throws {
    let file = Self.root.appending(path: "Sources/Reconcile/Reconcile.docc/FileReference.md")
    let ending = try await Laboratory().run("schema", "config", "-o", "markdown")
    #expect(ending.status == 0)
    #expect(try String(contentsOf: file, encoding: .utf8) == ending.output, "run `make schemas`")
  }

  @Test("every field of a document is in its Markdown once", arguments: SchemaName.allCases)
  func documentsAreTablesToo(_ name: SchemaName) async throws {
    let ending = try await Laboratory().run("schema", name.rawValue, "-o", "markdown")
    #expect(ending.status == 0 && ending.output.hasPrefix("# "))
    guard name == .plan else { return }
    let paths = ending.output.matches(of: /(?m)^\| `([^`]*)`/).map { String($0.1) }
    #expect(paths.count == Set(paths).count)
    let fields = described(PlanDocument.schema, at: "").map { String($0.dropFirst()) }
    #expect(Set(paths.map { $0.replacing("[]", with: "") }) == Set(fields))
  }

  @Test("JSON lines are the schema in one line, and a run_summary")
  func schemaAsALine() async throws {
    let lines = try await Laboratory().run("schema", "plan", "-o", "ndjson").output.split(separator: "\n")
    #expect(lines.count == 2 && lines.last?.contains("run_summary") == true)
    for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }

  @Test(arguments: SchemaName.allCases)
  func checkedInSchemaIsTheOneThatTheTypesGive(_ name: SchemaName) throws {
    let file = Self.root.appending(path: "schemas/\(name.fileName)")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text == (try JSONOutput.pretty(name.schema)) + "\n", "run `make schemas`")
  }

  @Test func samplesOfAPlanHaveExactlyTheDescribedKeys() throws {
    var fromState = Plan(owner: "office", live: LiveSummary(source: .state, age: 4))
    fromState.digest = "00"
    let fromAgent = Plan(owner: "office", live: LiveSummary(source: .agent, age: 1))
    let fromRegistrar = Plan(owner: "office", live: LiveSummary(source: .registrar, asked: 1, age: 1))
    var committed = PlanDocument(fromState)
    committed.commit = "0f3c"
    try expect(
      [SamplePlan.document, committed] + [fromState, fromAgent, fromRegistrar].map { PlanDocument($0) },
      toHaveTheKeysOf: PlanDocument.schema
    )
  }

  @Test func samplesOfAReportHaveExactlyTheDescribedKeys() throws {
    try expect([SampleReport.document], toHaveTheKeysOf: ReportDocument.schema)
  }

  @Test func samplesOfDiagnosticsHaveExactlyTheDescribedKeys() throws {
    let place = SourceLocation(file: "a.yaml", line: 1, column: 2)
    let diagnostic = Diagnostic(.error, at: place, "wrong", rule: "rule")
    try expect([DiagnosticDocument([diagnostic])], toHaveTheKeysOf: DiagnosticDocument.schema)
  }

  @Test func samplesOfAForgetHaveExactlyTheDescribedKeys() throws {
    var row = OwnedRegistration(
      callID: "c",
      account: SamplePlan.account("push")!,
      phase: .bound,
      updatedAt: Timestamp(milliseconds: 0)
    )
    row.contact = "sip:alice@192.0.2.7"
    row.expiresAt = Timestamp(milliseconds: 60_000)
    let document = ForgetDocument(owner: "office", [row], at: Timestamp(milliseconds: 0))
    try expect([document], toHaveTheKeysOf: ForgetDocument.schema)
  }

  @Test func samplesOfALockHaveExactlyTheDescribedKeys() throws {
    let time = Timestamp(milliseconds: 0)
    let holder = LockHolder(pid: 42, host: "pbx", startedAt: time, command: "watch")
    let documents = [
      LockDocument(owner: "office", state: "/s.db", (holder, time)),
      LockDocument(owner: "office", state: "/s.db", nil),
    ]
    try expect(documents, toHaveTheKeysOf: LockDocument.schema)
  }

  @Test func samplesOfAHistoryHaveExactlyTheDescribedKeys() throws {
    var record = RunRecord(startedAt: Timestamp(milliseconds: 0), digest: "d", source: "accounts.yaml")
    var outcome = Outcome(account: "push", action: .register, kind: .failed, reason: "Forbidden")
    outcome.code = 403
    outcome.cause = Cause(.config, at: SourceLocation(file: "a.yaml", line: 1, column: 2))
    record.end(with: Report(planDigest: "d", outcomes: [outcome]), at: Timestamp(milliseconds: 1000))
    record.commit = "0f3c"
    let unfinished = RunRecord(startedAt: Timestamp(milliseconds: 0), digest: "e")
    try expect(
      [HistoryDocument(owner: "office", [record, unfinished])],
      toHaveTheKeysOf: HistoryDocument.schema
    )
  }

  @Test func samplesOfADoctorHaveExactlyTheDescribedKeys() throws {
    try expect([SampleHop.document], toHaveTheKeysOf: DoctorDocument.schema)
  }

  @Test func samplesOfAStatusHaveExactlyTheDescribedKeys() throws {
    var granted = SampleStatus.document
    granted.accounts[0].unauthenticated = true
    granted.accounts[0].publicGRUU = "sip:a@example.org;gr=1"
    granted.accounts[0].temporaryGRUU = "sip:t@example.org;gr"
    granted.accounts[0].serviceRoute = ["<sip:s.example.org;lr>"]
    granted.accounts[0].path = ["<sip:p.example.org;lr>"]
    granted.accounts[0].associatedURIs = ["<sip:b@example.org>"]
    granted.accounts[0].pushProviders = ["apns"]
    granted.accounts[0].pushReference = "123"
    granted.accounts[0].flows = [AccountStatus.FlowStatus(account: "home", registered: true)]
    granted.accounts[1].flowOf = "home"
    granted.agent?.source = "https://git.example.org/voice.git main"
    granted.agent?.commit = "0f3c"
    granted.agent?.sourceFailure = "no route"
    try expect([granted, SampleStatus.withoutAgent], toHaveTheKeysOf: StatusDocument.schema)
  }

  @Test func samplesOfEventsHaveExactlyTheDescribedKeys() throws {
    let time = Timestamp(milliseconds: 0)
    let place = SourceLocation(file: "a.yaml", line: 1, column: 2)
    var registration = RegistrationEvent(account: "push", state: .ok, reason: "OK")
    registration.code = 200
    registration.contact = "sip:alice@192.0.2.1"
    registration.expiresIn = .seconds(3600)
    registration.nextIn = .seconds(3000)
    var committed = EventDocument(.plan, at: time, run: "r", message: "plan")
    committed.commit = "0f3c"
    let outcomes = SampleReport.document.outcomes.map { EventDocument.outcome($0, at: time, run: "r") }
    let events =
      EventDocument.events(of: SamplePlan.document, at: time, run: "r") + outcomes + [
        EventDocument(.files, at: time, run: "r", message: "files read"),
        EventDocument(.report, at: time, run: "r", message: "1 done"),
        committed,
        .notice(.warning, "no answer", at: time, run: "r"),
        .check(Finding(.reach, .ok, "answers", server: "192.0.2.1:5060 over UDP"), at: time, run: "r"),
        .diagnostic(Diagnostic(.error, at: place, "wrong", rule: "rule"), at: time, run: "r"),
        .registration(registration, at: time, run: "r"),
        .runSummary(.done, summary: SampleReport.document.summary, at: time, run: "r"),
      ]
    let alerts = AgentAlert.Kind.allCases.map { EventDocument.alert(AgentAlert($0, "x"), at: time, run: "r") }
    #expect(Set((events + alerts).map(\.type)) == Set(EventDocument.Kind.allCases))
    try expect(events + alerts, toHaveTheKeysOf: EventDocument.schema)
  }

  /// Every sample has all required keys and none that is not described, and every described key is in one of
  /// the samples.
  private func expect(_ samples: [some Encodable], toHaveTheKeysOf schema: SchemaType) throws {
    var seen: Set<String> = []
    for sample in samples {
      let object = try JSONSerialization.jsonObject(with: Data(JSONOutput.line(sample).utf8))
      check(object, against: schema, at: "", &seen)
    }
    let missing = described(schema, at: "").subtracting(seen).sorted()
    #expect(missing.isEmpty, "described, and in no sample")
  }

  private func check(_ value: Any, against type: SchemaType, at path: String, _ seen: inout Set<String>) {
    switch type {
    case .object(let fields):
      guard let object = value as? [String: Any] else {
        Issue.record("\(path) is no object")
        return
      }
      let known = Set(fields.map(\.name))
      #expect(Set(object.keys).subtracting(known).isEmpty, "keys of \(path) that are not described")
      for field in fields {
        guard let inner = object[field.name] else {
          #expect(!field.isRequired, "\(path).\(field.name) is required")
          continue
        }
        seen.insert("\(path).\(field.name)")
        check(inner, against: field.type, at: "\(path).\(field.name)", &seen)
      }
    case .list(let element):
      guard let list = value as? [Any] else {
        Issue.record("\(path) is no array")
        return
      }
      for inner in list { check(inner, against: element, at: path, &seen) }
    case .constant(let text): #expect(value as? String == text, "\(path)")
    case .choice(let texts): #expect((value as? String).map(texts.contains) == true, "\(path): \(value)")
    case .text, .time: #expect(value is String, "\(path)")
    case .integer, .number, .flag: #expect(value is NSNumber, "\(path)")
    }
  }

  private func described(_ type: SchemaType, at path: String) -> Set<String> {
    switch type {
    case .object(let fields):
      fields.reduce(into: []) { names, field in
        names.insert("\(path).\(field.name)")
        names.formUnion(described(field.type, at: "\(path).\(field.name)"))
      }
    case .list(let element): described(element, at: path)
    case .constant, .choice, .text, .time, .integer, .number, .flag: []
    }
  }
}
